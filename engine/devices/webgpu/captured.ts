import type { Counters } from '../../device.ts';
import type { Plan } from '../../plan.ts';
import { findPlaces } from '../capture/places.ts';
import type { Recorder } from '../capture/recorder.ts';
import { rowOf } from '../capture/recorder.ts';
import type { Launch } from '../launch.ts';
import type { BufferPool } from './buffers.ts';
import { usage } from './buffers.ts';
import { SLOT } from './params.ts';
import type { PipelineCache } from './pipelines.ts';
import type { GpuStorage, Place } from './storage.ts';
import { bytesFor } from './storage.ts';

export type GpuRecorder = Recorder<GpuStorage, Launch>;

/** What a captured step needs of its device. */
export interface Host {
  readonly gpu: GPUDevice;
  readonly counters: Counters;
  readonly pipelines: PipelineCache;
  readonly pool: BufferPool;
}

/** A launch with everything made that it needs. */
interface Ready {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly offset: number;
  readonly grid: readonly [number, number, number];
}

/** A step whose memory, bind groups, parameters and pipelines all exist: running it makes nothing. */
export class CapturedLaunches {
  #buffers: GPUBuffer[];

  private constructor(
    readonly plan: Plan,
    readonly ready: readonly Ready[],
    readonly host: Host,
    buffers: GPUBuffer[],
    readonly params: GPUBuffer,
    /** Memory from outside that was given up inside of the step, whose launches still use it. */
    public released: readonly GpuStorage[],
  ) {
    this.#buffers = buffers;
  }

  /** Finds memory for what was noted, compiles all its pipelines side by side, and binds everything. */
  static async make(
    recorder: GpuRecorder,
    kept: readonly GpuStorage[],
    host: Host,
  ): Promise<CapturedLaunches> {
    const { launches } = recorder;
    const { gpu, counters, pipelines } = host;
    const compiled = await Promise.all(
      launches.map(({ launch, reads, writes }) => pipelines.compile(launch, reads.length, writes.length)),
    );
    const { buffers, bytesUnshared } = findMemory(recorder, kept, host);
    counters.allocations++;
    const params = gpu.createBuffer({
      size: Math.max(1, launches.length) * SLOT,
      usage: usage.uniform | usage.copyTarget,
    });
    const words = new Uint32Array((launches.length * SLOT) / 4);
    const ready = launches.map(({ launch, reads, writes }, i): Ready => {
      words.set(
        launch.params.map((word) => word >>> 0),
        (i * SLOT) / 4,
      );
      const { pipeline, layout } = compiled[i];
      counters.bindGroups++;
      const resources = [
        { buffer: params, size: SLOT },
        ...[...reads, ...writes].map(({ binding }) => binding),
      ];
      const group = gpu.createBindGroup({
        layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      return { pipeline, group, offset: i * SLOT, grid: launch.grid };
    });
    gpu.queue.writeBuffer(params, 0, words);
    const plan: Plan = {
      rows: launches.map((noted) => rowOf(noted, noted.launch.grid)),
      buffers: buffers.length,
      bytes: buffers.reduce((sum, { size }) => sum + size, 0),
      bytesUnshared,
    };
    return new CapturedLaunches(plan, ready, host, buffers, params, recorder.released);
  }

  /** Puts all launches into a command buffer. */
  encode(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass();
    for (const { pipeline, group, offset, grid } of this.ready) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group, [offset]);
      pass.dispatchWorkgroups(...grid);
    }
    pass.end();
    this.host.counters.launches += this.ready.length;
  }

  /** The same, each launch in a pass of its own between two timestamps. */
  encodeTimed(encoder: GPUCommandEncoder, querySet: GPUQuerySet): void {
    this.ready.forEach(({ pipeline, group, offset, grid }, i) => {
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group, [offset]);
      pass.dispatchWorkgroups(...grid);
      pass.end();
    });
    this.host.counters.launches += this.ready.length;
  }

  dispose(): void {
    for (const buffer of this.#buffers) this.host.pool.drop(buffer);
    for (const { place } of this.released) this.host.pool.give(place.buffer);
    this.#buffers = [];
    this.released = [];
    this.params.destroy();
  }
}

/** Gives all memory of a step its place, and writes what never changes. */
function findMemory(recorder: GpuRecorder, kept: readonly GpuStorage[], { gpu, pool }: Host) {
  const { blocks, bytesUnshared } = findPlaces<Place, GpuStorage>(recorder, kept, {
    bytesFor,
    take: (bytes) => ({ buffer: pool.take(bytes), offset: 0 }),
    at: ({ buffer, offset }, elements) => ({ buffer, offset: offset + elements * 4 }),
  });
  for (const storage of recorder.zeroed) {
    const { buffer, offset } = storage.place;
    gpu.queue.writeBuffer(buffer, offset, new Float32Array(storage.length));
  }
  for (const [storage, data] of recorder.constants) {
    const { buffer, offset } = storage.place;
    gpu.queue.writeBuffer(buffer, offset, data as BufferSource);
  }
  return { buffers: blocks.map(({ buffer }) => buffer), bytesUnshared };
}
