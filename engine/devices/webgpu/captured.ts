import type { Counters } from '../../device.ts';
import { InkgradError } from '../../errors.ts';
import type { Plan } from '../../plan.ts';
import type { BufferPool } from './buffers.ts';
import { usage } from './buffers.ts';
import { planMemory } from './memory.ts';
import { SLOT } from './params.ts';
import type { PipelineCache } from './pipelines.ts';
import type { Recorder } from './recorder.ts';
import { rowOf } from './recorder.ts';
import type { GpuStorage } from './storage.ts';
import { bytesFor } from './storage.ts';

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
    public released: GPUBuffer[],
  ) {
    this.#buffers = buffers;
  }

  /** Finds memory for what was noted, compiles all its pipelines side by side, and binds everything. */
  static async make(recorder: Recorder, kept: readonly GpuStorage[], host: Host): Promise<CapturedLaunches> {
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
      rows: launches.map(rowOf),
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
    for (const buffer of this.released) this.host.pool.give(buffer);
    this.#buffers = [];
    this.released = [];
    this.params.destroy();
  }
}

/** Gives all memory of a step its place; blocks are shared by what is never needed at the same time. */
function findMemory(recorder: Recorder, kept: readonly GpuStorage[], { gpu, pool }: Host) {
  const lives = new Map<GpuStorage, { first: number; last: number }>();
  recorder.launches.forEach(({ op, reads, writes }, at) => {
    for (const storage of [...reads, ...writes]) {
      const { whole } = recorder.root(storage);
      if (!recorder.owns(whole)) continue;
      const life = lives.get(whole);
      const isWritten =
        writes.includes(storage) || recorder.constants.has(whole) || recorder.zeroed.has(whole);
      if (life === undefined && !isWritten && whole.length > 0) {
        throw new InkgradError(
          `capture: ${op} reads a tensor that the step has not written; make it outside`,
        );
      }
      if (life === undefined) lives.set(whole, { first: at, last: at });
      else life.last = at;
    }
  });
  // Constants, and what the step hands out, keep their memory from run to run.
  const pinned = [...recorder.constants.keys(), ...recorder.zeroed, ...kept].map(
    (storage) => recorder.root(storage).whole,
  );
  for (const whole of pinned) if (recorder.owns(whole)) lives.set(whole, { first: -1, last: Infinity });
  const roots = [...lives.keys()];
  const needs = roots.map((root) => ({ bytes: bytesFor(root.length), ...lives.get(root)! }));
  const { blockOf, blocks } = planMemory(needs);
  const buffers = blocks.map((bytes) => pool.take(bytes));
  roots.forEach((root, i) => {
    root.settle({ buffer: buffers[blockOf[i]], offset: 0 });
  });
  for (const storage of recorder.made) {
    if (storage.isPlaced) continue;
    const { whole, start } = recorder.root(storage);
    if (!whole.isPlaced) continue;
    const { buffer, offset } = whole.place;
    storage.settle({ buffer, offset: offset + start * 4 });
  }
  for (const storage of recorder.zeroed) {
    const { buffer, offset } = storage.place;
    gpu.queue.writeBuffer(buffer, offset, new Float32Array(storage.length));
  }
  for (const [storage, data] of recorder.constants) {
    const { buffer, offset } = storage.place;
    gpu.queue.writeBuffer(buffer, offset, data as BufferSource);
  }
  return { buffers, bytesUnshared: needs.reduce((sum, { bytes }) => sum + bytes, 0) };
}
