/** How a contraction is cut into tiles, one for each thread or workgroup; see the shaders of these names. */
export type Tiling =
  | {
      readonly shader: 'contractRegister' | 'contractWindow';
      /** Rows and fours of columns of a thread's tile. */
      readonly rows: number;
      readonly quads: number;
      /** Whether the threads of a subgroup hand each other the rows of the left factor. */
      readonly subgroup: boolean;
    }
  | {
      readonly shader: 'contractShared';
      /** The grid of threads. */
      readonly high: number;
      readonly wide: number;
      /** Fours of rows and of columns of one thread. */
      readonly down: number;
      readonly across: number;
      /** Steps of the sum in workgroup memory at a time. */
      readonly depth: number;
    }
  | {
      readonly shader: 'contractMatrix';
      readonly rows: number;
      readonly columns: number;
      /** The grid of subgroups. */
      readonly high: number;
      readonly wide: number;
      readonly depth: number;
    };

const register = (rows: number, quads: number, subgroup: boolean): Tiling => ({
  shader: 'contractRegister',
  rows,
  quads,
  subgroup,
});
const window = (rows: number, quads: number): Tiling => ({
  shader: 'contractWindow',
  rows,
  quads,
  subgroup: true,
});
const shared = (high: number, wide: number, down: number, across: number, depth = 8): Tiling => ({
  shader: 'contractShared',
  high,
  wide,
  down,
  across,
  depth,
});

const matrix = (rows: number, columns: number, high: number, wide: number): Tiling => ({
  shader: 'contractMatrix',
  rows,
  columns,
  high,
  wide,
  depth: 32,
});

/** By name: rows × columns of a tile, per thread for `register`, per subgroup of 8 for `subgroup`, else per workgroup. */
export const tilings = {
  register4x4: register(4, 1, false),
  register8x4: register(8, 1, false),
  subgroup8x4: register(8, 1, true),
  subgroup16x4: register(16, 1, true),
  subgroup32x4: register(32, 1, true),
  subgroup8x8: register(8, 2, true),
  subgroup16x8: register(16, 2, true),
  window8x4: window(8, 1),
  window8x8: window(8, 2),
  window16x4: window(16, 1),
  window16x8: window(16, 2),
  window32x4: window(32, 1),
  shared16x64: shared(4, 16, 1, 1, 16),
  shared32x32: shared(8, 8, 1, 1, 16),
  shared8x512: shared(2, 32, 1, 4, 4),
  shared16x256: shared(4, 16, 1, 4, 4),
  shared32x128: shared(8, 8, 1, 4),
  shared32x256: shared(8, 16, 1, 4),
  shared64x64: shared(8, 8, 2, 2),
  shared64x128: shared(8, 16, 2, 2),
  shared128x128: shared(16, 16, 2, 2),
  matrix16x64: matrix(16, 64, 1, 4),
  matrix32x32: matrix(32, 32, 2, 2),
  matrix64x64: matrix(64, 64, 2, 2),
  matrix128x64: matrix(128, 64, 4, 2),
} satisfies Record<string, Tiling>;

export type TilingName = keyof typeof tilings;

/** Rows and columns that a workgroup of a tiling makes on an adapter with subgroups of `lanes`, or 0. */
export function tileOf(tiling: Tiling, lanes: number): { rows: number; columns: number } {
  if (tiling.shader === 'contractShared') {
    return { rows: 4 * tiling.down * tiling.high, columns: 4 * tiling.across * tiling.wide };
  }
  if (tiling.shader === 'contractMatrix') return tiling;
  return { rows: tiling.rows, columns: 4 * tiling.quads * widthOf(tiling.subgroup, lanes) };
}

/** Bytes of workgroup memory that a tiling without matrix units takes: blocks of both factors, and the list of places. */
export function memoryOf(tiling: Tiling): number {
  if (tiling.shader !== 'contractShared') return 0;
  const { high, wide, depth } = tiling;
  const { rows, columns } = tileOf(tiling, 0);
  const together = (high * wide) / depth;
  const stride = (side: number) => together * Math.ceil(side / 4 / together) + 1;
  return 16 * depth * (stride(rows) + stride(columns)) + 8 * (256 + depth);
}

/** Threads of a workgroup in contractRegister and contractWindow: one subgroup, or as many as keep small products parallel. */
export const widthOf = (subgroup: boolean, lanes: number): number => (subgroup ? lanes : 16);
