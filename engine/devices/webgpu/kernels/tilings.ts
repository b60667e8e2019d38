import type { Traits } from '../traits.ts';

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
const shared = (high: number, wide: number, down: number, across: number, depth = 16): Tiling => ({
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
  shared16x64: shared(4, 16, 1, 1),
  shared32x32: shared(8, 8, 1, 1),
  shared16x256: shared(4, 64, 1, 1, 8),
  shared32x128: shared(8, 32, 1, 1),
  shared32x256: shared(8, 32, 1, 2, 8),
  shared64x64: shared(16, 16, 1, 1),
  shared64x128: shared(16, 16, 1, 2),
  shared128x128: shared(16, 16, 2, 2, 8),
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

/** Threads of a workgroup in contractRegister and contractWindow: one subgroup, or as many as keep small products parallel. */
export const widthOf = (subgroup: boolean, lanes: number): number => (subgroup ? lanes : 16);

/** Tilings worth a measurement, by how many rows there are at most. */
interface Choice {
  readonly rows: number;
  readonly tilings: readonly TilingName[];
  /** Tried first where columns are pixels whose windows move by one. */
  readonly windows?: readonly TilingName[];
}

const withSubgroups: readonly Choice[] = [
  { rows: 8, tilings: ['subgroup8x8', 'subgroup8x4'], windows: ['window8x8', 'window8x4'] },
  { rows: 16, tilings: ['subgroup16x8', 'subgroup16x4'], windows: ['window16x8', 'window16x4'] },
  { rows: Infinity, tilings: ['subgroup32x4', 'subgroup16x8'], windows: ['window16x8', 'window32x4'] },
];

const withoutSubgroups: readonly Choice[] = [
  { rows: 4, tilings: ['register4x4'] },
  { rows: Infinity, tilings: ['register4x4', 'register8x4'] },
];

const onGpus: readonly Choice[] = [
  { rows: 16, tilings: ['shared16x256', 'shared32x128', 'shared16x64', 'register8x4'] },
  { rows: 32, tilings: ['shared32x256', 'shared32x128', 'shared32x32', 'shared64x64'] },
  { rows: 64, tilings: ['shared64x64', 'shared64x128', 'shared32x128', 'shared32x32'] },
  { rows: Infinity, tilings: ['shared128x128', 'shared64x128', 'shared64x64', 'shared32x32'] },
];

/** Beside the others where factors are rounded to f16 and the adapter has matrix units. */
const onMatrixUnits: readonly Choice[] = [
  { rows: 16, tilings: ['matrix16x64'] },
  { rows: 32, tilings: ['matrix32x32', 'matrix16x64'] },
  { rows: 64, tilings: ['matrix64x64', 'matrix32x32'] },
  { rows: Infinity, tilings: ['matrix128x64', 'matrix64x64', 'matrix32x32'] },
];

const choiceFor = (rows: number, choices: readonly Choice[]): Choice =>
  choices.find((each) => rows <= each.rows)!;

/**
 * Tilings worth a measurement, for so many rows and columns; the first is taken when nothing was measured. Those
 * that are wider than all columns come last, the widest at the end.
 *
 * @param windows whether columns are pixels whose windows move by one
 */
export function candidates(
  rows: number,
  columns: number,
  windows: boolean,
  { lanes, isSoftware, halfFactors, matrices }: Traits,
): TilingName[] {
  const choice = choiceFor(rows, isSoftware ? (lanes > 0 ? withSubgroups : withoutSubgroups) : onGpus);
  const units = halfFactors && matrices !== undefined ? choiceFor(rows, onMatrixUnits).tilings : [];
  const plain = [...((windows && choice.windows) || []), ...choice.tilings];
  // A software adapter has no such units and multiplies piece by piece: there they come last.
  const all = isSoftware ? [...plain, ...units] : [...units, ...plain];
  const width = (name: TilingName) => tileOf(tilings[name], lanes).columns;
  const wide = all.filter((name) => width(name) > columns).sort((a, b) => width(a) - width(b));
  return [...all.filter((name) => width(name) <= columns), ...wide];
}
