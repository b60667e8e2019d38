import type { Counters, Device, DType, Operand, Storage, TypedArray } from '../../device.ts';
import { InkgradError } from '../../errors.ts';
import type { Launch, Op } from '../../op.ts';
import { BufferPool, usage } from './buffers.ts';
import { ParamSlots, SLOT } from './params.ts';
import { PipelineCache } from './pipelines.ts';

class GpuStorage implements Storage {
  constructor(
    readonly dtype: DType,
    readonly length: number,
    readonly buffer: GPUBuffer,
  ) {}
}

const READ_MODE = 1;
/** WebGPU copies and binds multiples of four bytes, and no empty buffers. */
const bytesFor = (length: number): number => Math.max(4, length * 4);

/**
 * Opens the adapter that `gpu` offers.
 *
 * @param gpu `navigator.gpu` in a browser, `create([])` of npm `webgpu` in Node.js
 * @returns null when there is no adapter
 */
export async function openWebGpu(gpu: GPU): Promise<WebGpuDevice | null> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return null;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  return new WebGpuDevice(device, adapter);
}

/** One line that names an adapter: `nvidia hopper NVIDIA H200`. */
export function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const words = [vendor, architecture, description || device].filter((word) => word !== '');
  return [...new Set(words)].join(' ') || 'unnamed adapter';
}

/**
 * WGSL compute shaders. Launches are gathered in one compute pass and submitted together, when a result is
 * read, data is written, or the parameter slots are used up.
 */
export class WebGpuDevice implements Device {
  readonly kind = 'webgpu';
  readonly floatType = 'float32';
  readonly adapter: string;
  /** True for an adapter that computes on the CPU, such as SwiftShader or llvmpipe. */
  readonly isSoftware: boolean;
  /** What the adapter could do, which may be more than this device asked for. */
  readonly adapterFeatures: ReadonlySet<string>;
  readonly adapterLimits: GPUSupportedLimits;
  readonly counters: Counters = {
    launches: 0,
    submits: 0,
    allocations: 0,
    bindGroups: 0,
    live: 0,
    liveBytes: 0,
  };
  readonly #device: GPUDevice;
  readonly #pool: BufferPool;
  /** What results are copied into to be read. */
  readonly #staging: BufferPool;
  readonly #params: ParamSlots;
  readonly #pipelines: PipelineCache;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #error: Error | null = null;

  constructor(device: GPUDevice, { info, features, limits }: GPUAdapter) {
    this.#device = device;
    this.adapterFeatures = features;
    this.adapterLimits = limits;
    this.adapter = adapterName(info);
    this.isSoftware = info.isFallbackAdapter;
    this.#pool = new BufferPool(device, this.counters, usage.storage | usage.copySource | usage.copyTarget);
    this.#staging = new BufferPool(device, this.counters, usage.mapRead | usage.copyTarget);
    this.#params = new ParamSlots(device);
    const fail = (error: Error) => {
      this.#error ??= error;
    };
    this.#pipelines = new PipelineCache(device, fail);
    device.onuncapturederror = ({ error }) => fail(new InkgradError(`webgpu: ${oneLine(error.message)}`));
    device.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') fail(new InkgradError(`webgpu: the device was lost: ${oneLine(message)}`));
    });
  }

  allocate(dtype: DType, length: number): Storage {
    const bytes = bytesFor(length);
    const limit = this.#device.limits.maxStorageBufferBindingSize;
    if (bytes > limit) {
      throw new InkgradError(
        `webgpu: a tensor of ${bytes} bytes; this adapter binds at most ${limit}, use a smaller batch or --device cpu`,
      );
    }
    return new GpuStorage(dtype, length, this.#pool.take(bytes));
  }

  release(storage: Storage): void {
    this.#pool.give((storage as GpuStorage).buffer);
  }

  write(storage: Storage, data: TypedArray): void {
    if (data.length === 0) return;
    // A queue write goes before launches that are still unsubmitted, and those may use this buffer.
    this.#submit();
    this.#device.queue.writeBuffer((storage as GpuStorage).buffer, 0, data as BufferSource);
  }

  async read(storage: Storage): Promise<TypedArray> {
    const { buffer, dtype, length } = storage as GpuStorage;
    const bytes = bytesFor(length);
    const staging = this.#staging.take(bytes);
    this.#endPass();
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
    this.#submit();
    try {
      await staging.mapAsync(READ_MODE);
    } catch (error) {
      staging.destroy();
      throw this.#error ?? error;
    }
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    this.#staging.give(staging);
    this.#throwError();
    return dtype === 'int32' ? new Int32Array(copy, 0, length) : new Float32Array(copy, 0, length);
  }

  run<A extends object>(op: Op<A>, inputs: readonly Operand[], outputs: readonly Operand[], attrs: A): void {
    for (const launch of op.gpu(inputs, outputs, attrs)) {
      if (launch.grid.some((groups) => groups === 0)) continue;
      const reads = launch.reads?.map((i) => inputs[i]) ?? inputs;
      this.#launch(launch, reads, outputs);
    }
  }

  async finish(): Promise<void> {
    this.#submit();
    await this.#device.queue.onSubmittedWorkDone();
    this.#throwError();
  }

  close(): void {
    this.#pool.destroy();
    this.#staging.destroy();
    this.#device.destroy();
  }

  #launch(launch: Launch, reads: readonly Operand[], writes: readonly Operand[]): void {
    if (this.#params.full) this.#submit();
    const { pipeline, layout } = this.#pipelines.get(launch, reads.length, writes.length);
    const offset = this.#params.add(launch.params);
    const resources = [...reads, ...writes].map(({ storage }) => ({
      buffer: (storage as GpuStorage).buffer,
    }));
    const group = this.#device.createBindGroup({
      layout,
      entries: [{ buffer: this.#params.buffer, size: SLOT }, ...resources].map((resource, binding) => ({
        binding,
        resource,
      })),
    });
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, group, [offset]);
    this.#pass.dispatchWorkgroups(...launch.grid);
    this.counters.launches++;
    this.counters.bindGroups++;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #submit(): void {
    if (this.#encoder === null) return;
    this.#endPass();
    this.#params.flush();
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
    this.counters.submits++;
  }

  #throwError(): void {
    if (this.#error !== null) throw this.#error;
  }
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
