import type { TilingName } from './kernels/tilings.ts';

/** What matrix units multiply at a time: [rows,depth]·[depth,columns]. */
export interface MatrixSize {
  /** Rows of the first factor. */
  readonly rows: number;
  /** Columns of the second factor. */
  readonly columns: number;
  /** How many products each sum has. */
  readonly depth: number;
}

/** What a device can do, as far as kernels are chosen by it. */
export interface Traits {
  /** Threads of every subgroup, where that is one number and subgroup functions are there; else 0. */
  readonly lanes: number;
  /** Whether the adapter computes on the CPU: few wide cores, dear loads, no workgroup memory of its own. */
  readonly isSoftware: boolean;
  /** Workgroups that keep the whole adapter busy. */
  readonly groups: number;
  /** What the matrix units multiply at a time: rows × depth by depth × columns, f16 with sums in f32; see matrixUnits. */
  readonly matrices?: MatrixSize;
  /** Whether the factors of products are rounded to f16; sums stay f32. */
  readonly halfFactors: boolean;
  /** The tiling that was measured to be the fastest for a contraction, by its key; undefined before it was. */
  readonly tuned: ReadonlyMap<string, TilingName>;
  /** A tiling for everything, whatever else would be chosen: for tests and measurements. */
  readonly forced?: TilingName;
  /** Told of every contraction and the tilings worth a try, for the tuner. */
  readonly onContraction?: (key: string, candidates: readonly TilingName[]) => void;
}

/** Without an adapter: what plans are made for by default. */
export const plainTraits: Traits = {
  lanes: 0,
  isSoftware: true,
  groups: 16,
  halfFactors: false,
  tuned: new Map(),
};
