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

/**
 * Whether the threads of a tiling bring its rows one element at a time: where a block has no more of them than threads, three of four
 * threads would bring a four for nothing.
 */
export const bringsAlone = (tiling: Tiling & { shader: 'contractShared' }): boolean =>
  tileOf(tiling, 0).rows * tiling.depth <= tiling.high * tiling.wide;

/** Whether what is brought serves so few sums that a shader of its own pays where b can be read in fours. */
export const readsFours = (tiling: Tiling & { shader: 'contractShared' }): boolean => {
  const { rows, columns } = tileOf(tiling, 0);
  return rows <= 32 || rows * columns <= 64 * 64;
};

/** How many steps have their places in workgroup memory at once: fewer where these would keep subgroups off the GPU. */
export const listedBy = (
  { depth }: Tiling & { shader: 'contractShared' },
  columns: number,
  byImages: boolean,
): number => (byImages && columns >= 512 ? 64 : depth >= 16 ? 128 : 256);

/** Bytes of workgroup memory that a tiling without matrix units takes at most: blocks of both factors, and the list of places. */
export function memoryOf(tiling: Tiling): number {
  if (tiling.shader !== 'contractShared') return 0;
  const { high, wide, depth } = tiling;
  const { rows, columns } = tileOf(tiling, 0);
  const together = (high * wide) / depth;
  const filled = (count: number) => together * Math.ceil(count / together);
  const aStride = bringsAlone(tiling) ? Math.ceil(filled(rows) / 4) : filled(rows / 4);
  const listed = listedBy(tiling, columns, false);
  return 16 * depth * (aStride + 1 + filled(columns / 4) + 1) + 8 * (listed + depth);
}

/** Threads of a workgroup in contractRegister and contractWindow: one subgroup, or as many as keep small products parallel. */
export const widthOf = (subgroup: boolean, lanes: number): number => (subgroup ? lanes : 16);
