/** One launch of a captured step, as it is printed. */
export interface PlanRow {
  /** The name of its op. */
  readonly op: string;
  /** `[64,1,28,28] → [64,8,28,28]`. */
  readonly shapes: string;
  /** Which of the op's launches it is, or how it was tiled. */
  readonly note: string;
  /** Names the contraction that the launch is part of; see engine/devices/webgpu/kernels/contraction.ts. */
  readonly key?: string | undefined;
  /** Workgroups along x, y and z; of `wasm` the parts into which it is cut, along x. */
  readonly grid: readonly [number, number, number];
  /** Floating-point operations. */
  readonly flops: number;
  /** Of everything that the launch reads and writes, once each. */
  readonly bytes: number;
  /** Where it was measured. */
  readonly milliseconds?: number;
}

/** What a captured step consists of. */
export interface Plan {
  /** Its launches, in order. */
  readonly rows: readonly PlanRow[];
  /** Buffers of the step's own. */
  readonly buffers: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The bytes they would have if no two tensors shared one. */
  readonly bytesUnshared: number;
}
