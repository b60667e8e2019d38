import { show } from '../../shape.ts';
import type { NotedLaunch } from './recorder.ts';
import type { GpuStorage } from './storage.ts';
import { bytesFor } from './storage.ts';

/** One launch of a plan, as it is printed. */
export interface PlanRow {
  readonly op: string;
  /** `[64,1,28,28] → [64,8,28,28]`. */
  readonly shapes: string;
  readonly note: string;
  readonly grid: readonly [number, number, number];
  readonly flops: number;
  /** Of everything that the launch reads and writes, once each. */
  readonly bytes: number;
  /** Where it was measured. */
  readonly milliseconds?: number;
}

/** What a captured step consists of. */
export interface Plan {
  readonly rows: readonly PlanRow[];
  /** Buffers of the step's own, and their bytes, against the bytes that each tensor alone would take. */
  readonly buffers: number;
  readonly bytes: number;
  readonly bytesUnshared: number;
}

export function rowOf({ op, launch, inputs, outputs, reads, writes }: NotedLaunch): PlanRow {
  const bytes = (storages: readonly GpuStorage[]) =>
    [...new Set(storages)].reduce((sum, { length }) => sum + bytesFor(length), 0);
  const written = writes.reduce((sum, { length }) => sum + length, 0);
  return {
    op,
    shapes: `${inputs.map(show).join(' ')} → ${outputs.map(show).join(' ')}`,
    note: launch.note ?? '',
    grid: launch.grid,
    flops: launch.flops ?? written,
    bytes: bytes(reads) + bytes(writes),
  };
}
