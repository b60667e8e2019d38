import type { Traits } from '../traits.ts';
import type { TilingName } from './tilings.ts';
import { tileOf, tilings } from './tilings.ts';

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
  { rows: 8, tilings: ['shared16x256', 'shared8x512', 'shared32x128', 'shared16x64'] },
  { rows: 16, tilings: ['shared16x256', 'shared32x128', 'shared16x64'] },
  { rows: 32, tilings: ['shared32x256', 'shared32x128', 'shared32x32'] },
  { rows: 64, tilings: ['shared64x128', 'shared64x64', 'shared32x128'] },
  { rows: Infinity, tilings: ['shared128x128', 'shared64x128', 'shared64x64'] },
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
 * Tilings worth a measurement, for so many rows and columns; the first is taken when nothing was measured. Last come those
 * that are a bad fit: on a GPU those that compute twice as much as the best fit, elsewhere those wider than all columns. On a
 * GPU those that compute four times as much are none: that outweighs whatever else tells two tilings apart.
 *
 * @param windows whether columns are pixels whose windows move by one
 * @param fits which tilings can make it at all: only with those are others compared
 */
export function candidates(
  rows: number,
  columns: number,
  windows: boolean,
  { lanes, isSoftware, halfFactors, matrices }: Traits,
  fits: (name: TilingName) => boolean = () => true,
): TilingName[] {
  const choice = choiceFor(rows, isSoftware ? (lanes > 0 ? withSubgroups : withoutSubgroups) : onGpus);
  const units = halfFactors && matrices !== undefined ? choiceFor(rows, onMatrixUnits).tilings : [];
  const plain = [...((windows && choice.windows) || []), ...choice.tilings];
  // A software adapter has no such units and multiplies piece by piece: there they come last.
  const all = (isSoftware ? [...plain, ...units] : [...units, ...plain]).filter(fits);
  const sizes = new Map(all.map((name) => [name, tileOf(tilings[name], lanes)]));
  const size = isSoftware
    ? (name: TilingName) => sizes.get(name)!.columns
    : (name: TilingName) => filled(rows, sizes.get(name)!.rows) * filled(columns, sizes.get(name)!.columns);
  const most = isSoftware ? columns : 2 * Math.min(...all.map(size)) - 1;
  const largest = isSoftware ? Infinity : 2 * most;
  const large = all
    .filter((name) => size(name) > most && size(name) <= largest)
    .sort((a, b) => size(a) - size(b));
  return [...all.filter((name) => size(name) <= most), ...large];
}

/** A length, filled up to whole tiles. */
const filled = (length: number, tile: number): number => tile * Math.ceil(length / tile);
