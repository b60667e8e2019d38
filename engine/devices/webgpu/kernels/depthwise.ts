/**
 * Convolutions of each channel with a filter of its own. A contraction of them has a single row, and its tiles are made for
 * many: here a thread makes a tile of a plane, from numbers that it loads once for all of their taps.
 */

import shader from '../../../../shaders/depthwise.wgsl';
import weightShader from '../../../../shaders/depthwiseWeightGrad.wgsl';
import type { Conv2dAttrs } from '../../../ops/convolution.ts';
import type { Pair } from '../../../ops/window.ts';
import { planeOf } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { Launch, Spec, Work } from '../../launch.ts';
import { gridOf } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { rowStore } from './rowStore.ts';
import { joinSplits } from './splits.ts';
import type { Direction, Tiles } from './windowTiles.ts';
import { metBy, rowsOf, storesOf, tileLaunch, tilesOf, where } from './windowTiles.ts';

/** Whether each channel has one filter to itself. */
export const isDepthwise = (channels: number, w: Spec): boolean =>
  w.shape[1] === 1 && w.shape[0] === channels;

/** What is done to a sum before it is stored: the operand with a bias for each channel, and whether relu follows. */
interface Ending {
  readonly bias?: number;
  readonly relu?: boolean;
}

/**
 * Loads all that a tile sees, a row at a time, and for each number what `use` says of each output with a tap there; whether the
 * number is inside is tested by `load`, or by `use`.
 */
const productsOf = (
  tiles: Tiles,
  width: number,
  load: (x: string, isInside: string) => string,
  use: (tap: number, x: string, output: number, isInside: string) => string,
): string =>
  rowsOf(tiles, (r, inside) =>
    tiles.across.places.flatMap((_, k) => [
      `let x${k} = ${load(`x[line + column${k}]`, inside(k))};`,
      ...metBy(tiles.down, r).flatMap(({ output: i, tap: u }) =>
        metBy(tiles.across, k).map(({ output: j, tap: v }) =>
          use(u * width + v, `x${k}`, i * tiles.across.outputs.length + j, inside(k)),
        ),
      ),
    ]),
  );

/**
 * y from x, forward or backward, whose planes are those of w's filters, of operands 0 and 1 into operand `to`; null where the
 * windows are too large for it.
 */
export function depthwise(
  [x, w, y]: readonly [Spec, Spec, Spec],
  to: number,
  window: Conv2dAttrs,
  direction: Direction,
  { bias, relu = false }: Ending,
  { groups }: Traits,
): Launch[] | null {
  const kernel = planeOf(w.shape);
  const tiles = tilesOf([x, y], kernel, window, direction, groups);
  if (tiles === null) return null;
  if (sizeOf(y.shape) === 0) return [];
  const wide = tiles.across.outputs.length;
  const constants = () => ({
    ...{ TAPS: sizeOf(kernel), BIAS: bias !== undefined, RELU: relu },
    EACH_ROW: productsOf(
      tiles,
      kernel[1],
      (x, isInside) => where(isInside, x),
      (tap, x, n) => `sum${n} += w${tap} * ${x};`,
    ),
    EACH_STORE: storesOf(tiles, (i, j) => `ended(sum${i * wide + j})`),
  });
  const text = rowStore(y.shape[3], { count: wide }) + shader;
  return [
    {
      ...tileLaunch(text, tiles, [kernel, bias !== undefined, relu], constants, x.shape[1]),
      ...{ reads: [0, 1, bias ?? 1], writes: [to], flops: 2 * sizeOf(y.shape) * sizeOf(kernel) },
    },
  ];
}

/**
 * A thread has about so many tiles at most, as long as there are images to share, so that its sums stay short: those of a tile
 * have sums of their own, which are added to it. With more than so many taps that is twice as many registers as an adapter may
 * have, and sums are kept short by fewer tiles.
 */
const MOST_TILES = 64;
const FEW_TILES = 16;
const MOST_PARTS = 25;

/**
 * A workgroup for each channel and share of the images, whose threads have tiles of g each and a sum for each tap; null where
 * the windows are too large for that.
 */
export function depthwiseWeightGrad(
  x: Spec,
  g: Spec,
  kernel: Pair,
  window: Conv2dAttrs,
  { groups }: Traits,
): Work | null {
  const [images, channels] = x.shape;
  const taps = sizeOf(kernel);
  // Large windows far apart share too little: 7×7 with stride 4 took 50 ms for 37.
  if (taps > MOST_PARTS && sizeOf(window.stride) > 4) return null;
  const tiles = tilesOf([x, g], kernel, window, 'forward', 0);
  if (tiles === null) return null;
  const { down, across } = tiles;
  const all = images * down.count * across.count;
  const isParted = taps <= MOST_PARTS;
  const most = isParted ? MOST_TILES : FEW_TILES;
  const wanted = Math.max(Math.ceil(groups / channels), Math.ceil(all / (64 * most)));
  const share = Math.max(1, Math.ceil(images / wanted));
  const splits = Math.max(1, Math.ceil(images / share));
  const { params, ...launch } = tileLaunch(
    weightShader,
    tiles,
    [kernel],
    () => gradientsOf(tiles, kernel, isParted),
    channels,
  );
  const outputs = channels * taps;
  const [wide, high] = gridOf(channels);
  const sums: Launch = {
    ...launch,
    params: { ...params, images, share },
    grid: [wide, high, splits],
    ...{ reads: [0, 1], writes: [splits > 1 ? 3 : 2], flops: 2 * sizeOf(g.shape) * taps },
  };
  if (splits === 1) return { launches: [sums], scratch: [] };
  return { launches: [sums, joinSplits(3, 2, outputs, splits)], scratch: [outputs * splits] };
}

/** What a thread does with a tile of g, and what of it is known when it is compiled. */
function gradientsOf(tiles: Tiles, kernel: Pair, isParted: boolean) {
  const { down, across } = tiles;
  // Of a tile that sticks out: a window past the end is none, whatever the image has where it would be.
  const isWindow: string[] = [];
  const gradients = down.outputs.flatMap((row, i) => {
    const inside = (isInside: boolean, at: string, length: string) =>
      isInside ? { at, test: [] } : { at: `min(${at}, ${length} - 1u)`, test: [`${at} < ${length}`] };
    const y = inside(row.isInside, `tile.row + ${i}u`, 'p.outHeight');
    const loads = across.outputs.map((column, j) => {
      const n = i * across.outputs.length + j;
      const x = inside(column.isInside, `tile.column + ${j}u`, 'p.outWidth');
      const test = [...y.test, ...x.test].join(' && ');
      isWindow.push(test && `is${n}`);
      return `let g${n} = g[line${i} + ${x.at}];${test && ` let is${n} = ${test};`}`;
    });
    return [`let line${i} = (source * p.outHeight + ${y.at}) * p.outWidth;`, ...loads];
  });
  // Products are chosen, not numbers: a special one makes no NaN of a zero that stands for nothing.
  const added = (tap: number, number: string, n: number, isInside: string) => {
    const test = [isInside, isWindow[n]].filter((each) => each !== '').join(' && ');
    return `${isParted ? 'part' : 'sum'}${tap} += ${where(test, `${number} * g${n}`)};`;
  };
  return {
    TAPS: sizeOf(kernel),
    PARTED: isParted,
    EACH_ROW: productsOf(tiles, kernel[1], (x) => x, added),
    EACH_GRADIENT: gradients.join(' '),
  };
}
