import type { Counters } from '../../device.ts';
import { findAddresses } from '../capture/addresses.ts';
import type { Recorder } from '../capture/recorder.ts';
import { rowOf } from '../capture/recorder.ts';
import type { Launch } from '../launch.ts';
import type { Plan } from '../plan.ts';
import type { BufferPool } from './buffers.ts';
import { usage } from './buffers.ts';
import { paramBlock, SLOT } from './params.ts';
import type { PipelineCache } from './pipelines.ts';
import type { Address, GpuStorage } from './storage.ts';
import { bytesFor } from './storage.ts';
import { placeParams } from './uniforms.ts';

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
    const { blocks, memory } = findMemory(recorder, kept, host);
    const buffers = blocks.map(({ buffer }) => buffer);
    counters.allocations++;
    const params = gpu.createBuffer({
      size: Math.max(1, launches.length) * SLOT,
      usage: usage.uniform | usage.copyTarget,
    });
    const block = paramBlock(launches.length);
    const ready = launches.map(({ launch, reads, writes }, i): Ready => {
      const { pipeline, layout, uniforms } = compiled[i];
      placeParams(uniforms, launch.params, block, (i * SLOT) / 4);
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
    gpu.queue.writeBuffer(params, 0, block.words);
    const plan: Plan = {
      rows: launches.map((noted) => rowOf(noted, noted.launch.grid)),
      ...memory,
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
    for (const { address } of this.released) this.host.pool.give(address.buffer);
    this.#buffers = [];
    this.released = [];
    this.params.destroy();
  }
}

const findMemory = (recorder: GpuRecorder, kept: readonly GpuStorage[], { gpu, pool }: Host) =>
  findAddresses<Address, GpuStorage>(recorder, kept, {
    bytesFor,
    take: (bytes) => ({ buffer: pool.take(bytes), offset: 0 }),
    at: ({ buffer, offset }, elements) => ({ buffer, offset: offset + elements * 4 }),
    write: ({ address: { buffer, offset } }, data) =>
      gpu.queue.writeBuffer(buffer, offset, data as BufferSource),
  });
