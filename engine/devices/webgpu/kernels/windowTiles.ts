/** Kernels whose threads make a tile of a plane each, of windows over a source or of pixels below them. */

import type { Pair, Window } from '../../../ops/window.ts';
import { planeOf } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { Spec } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';
import type { Axis, Reach } from './reaches.ts';
import { backward, forward } from './reaches.ts';
import { expand } from './unroll.ts';
import { SMALL } from './walks.ts';

/**
 * With more taps, or more places that a tile sees, or more taps of all its outputs, all of them written out, loops are better:
 * registers end, and a driver compiles longer.
 */
const MOST_TAPS = 49;
const MOST_PLACES = 144;
const MOST_PRODUCTS = 400;
/** So many threads keep any adapter busy, for each workgroup that it wants. */
const THREADS = 64;
/** What a thread costs beside what it loads and stores, in loads. */
const THREAD = 6;

export type Direction = 'forward' | 'backward';

export interface Tiles {
  readonly down: Reach;
  readonly across: Reach;
  readonly planes: number;
  /** Of a plane of the source, and of what is made. */
  readonly source: Pair;
  readonly size: Pair;
}

/**
 * The tiles of planes of `to`, as high as makes the loads fewest while there are enough of them for `groups` workgroups; null
 * for windows that are better walked in loops.
 */
export function tilesOf(
  [from, to]: readonly [Spec, Spec],
  kernel: Pair,
  { stride, padding, dilation }: Window,
  direction: Direction,
  groups: number,
): Tiles | null {
  const [source, size] = [planeOf(from.shape), planeOf(to.shape)];
  const planes = to.shape[0] * to.shape[1];
  const [down, across] = [0, 1].map(
    (i): Axis => ({
      ...{ taps: kernel[i], stride: stride[i], dilation: dilation[i], before: padding[i] },
      ...{ source: source[i], size: size[i] },
    }),
  );
  const isBack = direction === 'backward';
  if (sizeOf(kernel) > MOST_TAPS || (isBack && Math.max(...stride) > 4)) return null;
  const reach = isBack ? backward : forward;
  const inRow = reach(isBack && stride[1] === 3 ? 3 : 4, across);
  const fitting = [4, 3, 2, 1]
    .filter((high) => (isBack ? high % stride[0] === 0 : high !== 3))
    .map((high) => ({ down: reach(high, down), across: inRow, planes, source, size }))
    .filter((tiles) => placesOf(tiles) <= MOST_PLACES && productsOf(tiles) <= MOST_PRODUCTS);
  if (fitting.length === 0) return null;
  const many = fitting.filter((tiles) => countOf(tiles) >= THREADS * groups);
  const loads = (tiles: Tiles) => tiles.down.count * (placesOf(tiles) + sizeOf(kernel) + THREAD);
  return (many.length > 0 ? many : fitting.slice(-1)).reduce((best, each) =>
    loads(each) < loads(best) ? each : best,
  );
}

const placesOf = ({ down, across }: Tiles): number => down.places.length * across.places.length;

const productsOf = ({ down, across }: Tiles): number =>
  [down, across].reduce((n, { outputs }) => n * outputs.flatMap(({ taps }) => taps).length, 1);

const countOf = ({ down, across, planes }: Tiles): number => planes * down.count * across.count;

/** A value where a test holds, and another where it does not; a test that holds everywhere is empty. */
export const where = (test: string, value: string, other = '0.0'): string =>
  test === '' ? value : `select(${other}, ${value}, ${test})`;

/** Where in the source a place of a tile is; what lies in front of the tile wraps around, as unsigned sums do. */
const shifted = (start: string, at: number): string => `${start} + ${at >>> 0}u`;

/** The columns that a tile sees: column0, … within the source, and whether they are, isColumn0, …, where that is not known. */
const columnsOf = ({ places }: Reach): string =>
  places
    .map(({ at, isInside }, k) => {
      const column = shifted('left', at);
      if (isInside) return `let column${k} = ${column};`;
      return `let isColumn${k} = ${column} < p.width; let column${k} = min(${column}, p.width - 1u);`;
    })
    .join(' ');

/**
 * For each row that a tile sees: its `row`, where its numbers begin, `line`, and what is done with it, given a function from
 * each of its columns to a test of whether its place is inside.
 */
export const rowsOf = (
  { down, across }: Tiles,
  body: (row: number, inside: (column: number) => string) => readonly string[],
): string =>
  down.places
    .map(({ at, isInside }, r) => {
      const row = `let row = ${shifted('top', at)}; ${isInside ? '' : 'let isRow = row < p.height;'}`;
      const line = `let line = (source * p.height + ${isInside ? 'row' : 'min(row, p.height - 1u)'}) * p.width;`;
      const inside = (k: number) =>
        [isInside ? [] : 'isRow', across.places[k].isInside ? [] : `isColumn${k}`].flat().join(' && ');
      return `{ ${row} ${line} ${body(r, inside).join(' ')} }`;
    })
    .join(' ');

/** The outputs with a tap in a place, and that tap. */
export const metBy = ({ outputs }: Reach, place: number): { output: number; tap: number }[] =>
  outputs.flatMap(({ taps }, output) =>
    taps.filter((each) => each.place === place).map(({ tap }) => ({ output, tap })),
  );

/** Stores the rows of a tile, by the function `put`, where they are inside: output number `j` of row `i` is a value. */
export function storesOf(
  { down, across }: Tiles,
  value: (i: number, j: number) => string,
  put = 'put',
  type = 'f32',
): string {
  return down.outputs
    .map(({ isInside }, i) => {
      // A vector has four, of which the last may be none of the tile's.
      const four = [0, 1, 2, 3].map((j) => (j < across.outputs.length ? value(i, j) : `${type}()`));
      const at = `(tile.plane * p.outHeight + tile.row + ${i}u) * p.outWidth + tile.column`;
      const store = `${put}(${at}, tile.column, p.outWidth, vec4<${type}>(${four.join(', ')}));`;
      return isInside ? store : `if (tile.row + ${i}u < p.outHeight) { ${store} }`;
    })
    .join(' ');
}

type Constants = Readonly<Record<string, number | boolean | string>>;

/** Shaders of tiles, by all that they are written from: that takes milliseconds, and an op asks for its launches each time it runs. */
const written = new Map<string, string>();

/**
 * What launches of tiles have in common: shader, params and grid.
 *
 * @param known all that `constants` are made of besides the tiles
 */
export function tileLaunch(
  shader: string,
  tiles: Tiles,
  known: readonly unknown[],
  constants: () => Constants,
  channels = 1,
) {
  const { down, across, source, size } = tiles;
  const [count, area] = [countOf(tiles), down.count * across.count];
  const isSmall = count < SMALL;
  const key =
    JSON.stringify([isSmall, ...[down, across].map((reach) => ({ ...reach, count: 0 })), known]) + shader;
  let text = written.get(key);
  if (text === undefined) {
    const [high, wide] = [down.outputs.length, across.outputs.length];
    const own = {
      ...{ HIGH: high, WIDE: wide, DOWN_BY: down.advance, ACROSS_BY: across.advance, SMALL: isSmall },
      ...{ SUMS: high * wide, EACH_COLUMN: columnsOf(across) },
    };
    text = expand(shader, { ...own, ...constants() });
    written.set(key, text);
  }
  return {
    shader: text,
    entry: 'main',
    params: {
      ...{ tiles: count, area, inverseArea: 1 / area, across: across.count, inverseAcross: 1 / across.count },
      ...{ height: source[0], width: source[1], outHeight: size[0], outWidth: size[1] },
      ...{ channels, inverseChannels: 1 / channels, images: 0, share: 0 },
    },
    grid: elementGrid(count),
  };
}
