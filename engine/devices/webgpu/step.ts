import type { CapturedStep } from '../../device.ts';
import type { TypedArray } from '../../dtype.ts';
import type { Tensor } from '../../tensor.ts';
import type { Ground } from '../capture/ground.ts';
import type { Plan, PlanRow } from '../plan.ts';
import { usage } from './buffers.ts';
import type { CapturedLaunches } from './captured.ts';
import type { GpuStorage } from './storage.ts';

/** What a step needs of its device when it runs. */
interface Queue {
  readonly gpu: GPUDevice;
  submit(): void;
  submitAlone(encoder: GPUCommandEncoder): void;
  submitAndRead(encoder: GPUCommandEncoder, storage: GpuStorage): Promise<TypedArray>;
  mapped(buffer: GPUBuffer): Promise<ArrayBuffer>;
  throwError(): void;
}

/** A captured step on WebGPU: one command buffer, one submission, nothing made. */
export class WebGpuStep implements CapturedStep {
  constructor(
    readonly queue: Queue,
    readonly captured: CapturedLaunches,
    readonly ground: Ground<GpuStorage>,
    readonly outputs: readonly Tensor[],
  ) {}

  get plan(): Plan {
    return this.captured.plan;
  }

  run(): void {
    this.ground.begin();
    const encoder = this.queue.gpu.createCommandEncoder();
    this.captured.encode(encoder);
    this.queue.submitAlone(encoder);
  }

  async runAndRead(tensor: Tensor): Promise<TypedArray> {
    const storage = tensor.storage as GpuStorage;
    this.ground.begin();
    this.queue.submit();
    const encoder = this.queue.gpu.createCommandEncoder();
    this.captured.encode(encoder);
    return this.queue.submitAndRead(encoder, storage);
  }

  /** Runs the step with a timestamp around each launch; null where the device has no timestamps. */
  async runTimed(): Promise<PlanRow[] | null> {
    const { gpu } = this.queue;
    const count = 2 * this.plan.rows.length;
    // https://www.w3.org/TR/webgpu/#dom-gpudevice-createqueryset: at most 4096 queries.
    if (!gpu.features.has('timestamp-query') || count > 4096) return null;
    this.ground.begin();
    const querySet = gpu.createQuerySet({ type: 'timestamp', count });
    const resolved = gpu.createBuffer({ size: count * 8, usage: usage.queryResolve | usage.copySource });
    const read = gpu.createBuffer({ size: count * 8, usage: usage.mapRead | usage.copyTarget });
    const encoder = gpu.createCommandEncoder();
    this.captured.encodeTimed(encoder, querySet);
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, read, 0, count * 8);
    this.queue.submitAlone(encoder);
    let times: BigUint64Array;
    try {
      times = new BigUint64Array(await this.queue.mapped(read));
    } finally {
      for (const buffer of [resolved, read]) buffer.destroy();
      querySet.destroy();
    }
    this.queue.throwError();
    return this.plan.rows.map((row, i) => ({
      ...row,
      milliseconds: Number(times[2 * i + 1] - times[2 * i]) / 1e6,
    }));
  }

  dispose(): void {
    if (!this.ground.dispose()) return;
    for (const tensor of this.outputs) tensor.dispose();
    this.captured.dispose();
  }
}
