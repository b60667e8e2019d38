/** Pooling with windows of few taps, and the ways back: a thread makes a tile, from numbers that it loads once. */

import avgShader from '../../../../shaders/avgPoolTiles.wgsl';
import maxGradShader from '../../../../shaders/maxPoolGradTiles.wgsl';
import maxShader from '../../../../shaders/maxPoolTiles.wgsl';
import type { AvgPoolAttrs, PoolAttrs } from '../../../ops/pooling.ts';
import type { Pair } from '../../../ops/window.ts';
import { roomOf } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { Launch, Spec } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { rowStore } from './rowStore.ts';
import type { Direction, Tiles } from './windowTiles.ts';
import { metBy, rowsOf, storesOf, tileLaunch, tilesOf, where } from './windowTiles.ts';

type Operands = readonly [from: Spec, to: Spec];

export function maxPoolTiles(operands: Operands, attrs: PoolAttrs, { groups }: Traits): Launch[] | null {
  const tiles = tilesOf(operands, attrs.kernel, attrs, 'forward', groups);
  if (tiles === null) return null;
  const { across, size } = tiles;
  const wide = across.outputs.length;
  const places = rowStore(size[1], {
    ...{ name: 'putPlaces', alias: 'Placed', into: 'place', type: 'i32', count: wide },
  });
  const text = rowStore(size[1], { count: wide }) + places + maxShader;
  return [tileLaunch(text, tiles, [], () => maximaOf(tiles))];
}

/** What a thread does with each row that its tile of windows sees, and with its maxima. */
function maximaOf(tiles: Tiles) {
  const { down, across } = tiles;
  const wide = across.outputs.length;
  // Selections, not branches: adapters that compute on a CPU pay for each of these.
  const chosen = (test: string, pairs: readonly (readonly [to: string, from: string])[]) =>
    `{ let more = ${test}; ${pairs.map(([to, from]) => `${to} = ${where('more', from, to)};`).join(' ')} }`;
  const rows = rowsOf(tiles, (r, inside) => [
    ...across.places.map((_, k) => {
      const key = where(inside(k), `keyOf(x${k})`, 'NOTHING');
      return `let x${k} = x[line + column${k}]; let key${k} = ${key};`;
    }),
    ...across.outputs.map(({ taps }, j) => {
      const [first, ...others] = taps.map(({ place }) => place);
      const start = `var rowKey = key${first}; var rowBest = x${first}; var rowAt = column${first};`;
      const compared = others.map((k) =>
        chosen(`key${k} > rowKey`, [
          ['rowKey', `key${k}`],
          ['rowBest', `x${k}`],
          ['rowAt', `column${k}`],
        ]),
      );
      const kept = metBy(down, r).map(({ output: i }) => {
        const n = i * wide + j;
        return chosen(`rowKey > most${n}`, [
          [`most${n}`, 'rowKey'],
          [`best${n}`, 'rowBest'],
          [`at${n}`, 'i32(row * p.width + rowAt)'],
        ]);
      });
      return `{ ${[start, ...compared, ...kept].join(' ')} }`;
    }),
  ]);
  const stores = (name: string, ...how: string[]) =>
    storesOf(tiles, (i, j) => `${name}${i * wide + j}`, ...how);
  return { EACH_ROW: rows, EACH_STORE: `${stores('best')} ${stores('at', 'putPlaces', 'i32')}` };
}

export function maxPoolGradTiles(operands: Operands, attrs: PoolAttrs, { groups }: Traits): Launch[] | null {
  const tiles = tilesOf(operands, attrs.kernel, attrs, 'backward', groups);
  if (tiles === null) return null;
  const { down, across } = tiles;
  const wide = across.outputs.length;
  const rows = () =>
    rowsOf(tiles, (r, inside) =>
      across.places.flatMap((_, k) => [
        `let g${k} = g[line + column${k}]; let place${k} = ${where(inside(k), `place[line + column${k}]`, '-1')};`,
        ...metBy(down, r).flatMap(({ output: i }) =>
          metBy(across, k).map(
            ({ output: j }) =>
              `sum${i * wide + j} += ${where(`place${k} == here + ${i} * down + ${j}`, `g${k}`)};`,
          ),
        ),
      ]),
    );
  return [summed(maxGradShader, tiles, [], () => ({ EACH_ROW: rows() }))];
}

/** A launch that stores its sums, or what `ended` makes of them. */
function summed(
  shader: string,
  tiles: Tiles,
  known: readonly unknown[],
  constants: () => Readonly<Record<string, string | boolean>>,
  ended = (sum: string, _i: number, _j: number) => sum,
): Launch {
  const wide = tiles.across.outputs.length;
  const stores = () => storesOf(tiles, (i, j) => ended(`sum${i * wide + j}`, i, j));
  const text = rowStore(tiles.size[1], { count: wide }) + shader;
  return tileLaunch(text, tiles, known, () => ({ ...constants(), EACH_STORE: stores() }));
}

/** Means, or their shares going back. */
export function avgPoolTiles(
  operands: Operands,
  attrs: AvgPoolAttrs,
  direction: Direction,
  { groups }: Traits,
): Launch[] | null {
  const tiles = tilesOf(operands, attrs.kernel, attrs, direction, groups);
  if (tiles === null) return null;
  const { down, across } = tiles;
  const isBack = direction === 'backward';
  const whole = hasWholeWindows(
    attrs,
    isBack ? tiles.size : tiles.source,
    isBack ? tiles.source : tiles.size,
  );
  const wide = across.outputs.length;
  const rows = () =>
    rowsOf(tiles, (r, inside) => [
      ...across.places.map((_, k) => {
        const share = isBack && !whole ? ` / (rows${r} * columns${k})` : '';
        return `let x${k} = ${where(inside(k), `x[line + column${k}]`)}${share};`;
      }),
      ...across.outputs.map(({ taps }, j) => {
        const kept = metBy(down, r).map(({ output: i }) => `sum${i * wide + j} += rowSum;`);
        const sum = taps.map(({ place }) => `x${place}`).join(' + ');
        return taps.length === 0 ? '' : `{ let rowSum = ${sum}; ${kept.join(' ')} }`;
      }),
    ]);
  const constants = () => ({
    COUNT_PADDING: attrs.countPadding,
    EACH_COUNT: whole ? '' : countsOf(tiles, attrs, isBack),
    EACH_ROW: rows(),
  });
  const { kernel, stride, padding, dilation, countPadding } = attrs;
  const known = [kernel, stride, padding, dilation, countPadding, isBack, whole];
  return [
    summed(avgShader, tiles, known, constants, (sum, i, j) => {
      if (whole) return `${sum} / ${sizeOf(attrs.kernel)}.0`;
      return isBack ? sum : `${sum} / (rows${i} * columns${j})`;
    }),
  ];
}

/** Whether all taps of all windows count. */
function hasWholeWindows(attrs: AvgPoolAttrs, image: Pair, output: Pair): boolean {
  const { kernel, stride, padding, countPadding } = attrs;
  const inside = [0, 1].every(
    (axis) => (output[axis] - 1) * stride[axis] <= roomOf(image, kernel, attrs, axis),
  );
  return inside && (countPadding || padding.every((n) => n === 0));
}

/** How many rows and columns of each window count: of those that a tile makes, or of those that it sees. */
function countsOf(tiles: Tiles, attrs: AvgPoolAttrs, isBack: boolean): string {
  const { kernel, stride, padding, dilation, countPadding } = attrs;
  return [tiles.down, tiles.across]
    .flatMap(({ places, outputs }, axis) => {
      const name = ['rows', 'columns'][axis];
      const from = isBack ? ['top', 'left'][axis] : ['tile.row', 'tile.column'][axis];
      const length = (isBack ? ['p.outHeight', 'p.outWidth'] : ['p.height', 'p.width'])[axis];
      const end = `${length} + ${countPadding ? padding[axis + 2] : 0}u`;
      const counts = `${padding[axis]}u, ${kernel[axis]}u, ${dilation[axis]}u`;
      return (isBack ? places : outputs).map(
        ({ at }, n) =>
          `let ${name}${n} = counted((${from} + ${at >>> 0}u) * ${stride[axis]}u, ${counts}, ${end});`,
      );
    })
    .join(' ');
}
