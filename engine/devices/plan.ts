/** One launch of a captured step, as it is printed. */
export interface PlanRow {
  readonly op: string;
  /** `[64,1,28,28] → [64,8,28,28]`. */
  readonly shapes: string;
  readonly note: string;
  /** Names the contraction that the launch is part of; see engine/devices/webgpu/kernels/contraction.ts. */
  readonly key?: string | undefined;
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
  /** Buffers of the step's own, and their bytes, against the bytes if no two tensors shared one. */
  readonly buffers: number;
  readonly bytes: number;
  readonly bytesUnshared: number;
}
