/**
 * Convolutions with 3×3 and 5×5 taps and stride 1 in Winograd's form (wasm/winogradLines.ts has the algebra): with 3×3
 * taps 36 products for a tile of 4×4 outputs instead of 144, or 64 for 6×6 instead of 324, and with 5×5 taps 64 for 4×4
 * instead of 400. The filters are transformed by a launch of their own. Images are cut into blocks of tiles; all that a
 * thread makes of one stays in its own memory, and so in its cache.
 */

import type {
  Conv2dAttrs,
  ConvInputGradAttrs,
  ConvReluAttrs,
  ConvWeightGradAttrs,
} from '../../../ops/convolution.ts';
import type { Pair } from '../../../ops/window.ts';
import { planeOf, windowOutput } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { WasmKernel, WasmLaunch, WasmWork } from '../launch.ts';

/** A block has at most so many tiles, and a few even where their transforms take more than these bytes. */
const MOST_TILES = 64;

/** Tiles of a block side by side, with those before it: a row of pixels is as long as PITCH of wasm/quads.ts says. */
const MOST_ACROSS = 8;
const PITCH = 60 * 16;
const LEAST_TILES = 8;

/** The filters of eight outputs, or all of a small layer, share the second cache with it: 1 MiB on Zen 5. */
const MOST_BYTES = 640 * 1024;

/** Sums of the weight gradient, each as large as the transformed filters: so many, or fewer where tiles are few. */
const GROUPS = 8;
const LEAST_GROUPS = 4;
const TILES_OF_GROUP = 64;

/** So many tiles at a time are summed for the weight gradient, or one block. */
const MOST_SUMMED = 48;

/** At each point of a tile all channels are summed in turn, by a single accumulator. */
const MOST_CHANNELS = 1024;

const roundUp = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

/** The parts of a convolution's shape that the kernels are for. */
interface Problem {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly image: Pair;
  readonly output: Pair;
  readonly taps: number;
  readonly padding: Pair;
}

function problemOf(
  x: readonly number[],
  w: readonly number[],
  output: Pair,
  attrs: Conv2dAttrs,
): Problem | null {
  const { stride, dilation, groups, padding } = attrs;
  const [kh, kw] = planeOf(w);
  const square = kh === kw && (kh === 3 || kh === 5);
  if (!square || groups !== 1 || [...stride, ...dilation].some((n) => n !== 1)) return null;
  // Products of so many channels are summed in pieces.
  if (Math.max(w[0], w[1]) > MOST_CHANNELS) return null;
  // Without elements there is nothing to do, or zeros to write: both are left to the CPU kernel.
  if (sizeOf(x) * sizeOf(w) === 0) return null;
  // An output that sees nothing but padding is its bias, exactly, which rounding in a tile would blur.
  if (padding.some((n) => n >= kh)) return null;
  return {
    images: x[0],
    channels: x[1],
    filters: w[0],
    image: planeOf(x),
    output,
    taps: kh,
    padding: [padding[0], padding[1]],
  };
}

/** How long pieces of a length are, about equal and none longer than `most`. */
const pieceOf = (length: number, most: number): number => Math.ceil(length / Math.ceil(length / most));

interface Blocks {
  readonly tiles: Pair;
  readonly block: Pair;
  /** Outputs along a side of a tile, and points. */
  readonly side: number;
  readonly size: number;
  readonly count: number;
  /** As many tiles as fit into the cache together. */
  readonly mostTiles: number;
}

const tilesOf = (output: Pair, side: number): Pair => [
  Math.ceil(output[0] / side),
  Math.ceil(output[1] / side),
];

/**
 * Points along an axis. For 3 taps 6 of them round better than 8, by a factor of about 2, and transform faster: with 32
 * channels and as many products, by 15 to 30 % of the whole. So 8 are for outputs of such sizes as 24×24 or 12×12, where
 * they save more than a tenth of the products, which are made for tiles in fours.
 */
function sizeFor({ output, taps }: Problem): number {
  const products = (size: number) => size ** 2 * roundUp(sizeOf(tilesOf(output, size + 1 - taps)), 4);
  return taps === 3 && 0.9 * products(6) <= products(8) ? 6 : 8;
}

/** The output's tiles, in blocks of about equal size, with `depth` transformed channels for each tile. */
function blocksOf(problem: Problem, depth: number): Blocks {
  const size = sizeFor(problem);
  const side = size + 1 - problem.taps;
  const tiles = tilesOf(problem.output, side);
  const bytes = size ** 2 * 4 * depth;
  const most = Math.max(LEAST_TILES, Math.min(MOST_TILES, Math.floor(MOST_BYTES / bytes)));
  const across = pieceOf(tiles[1], sizeOf(tiles) <= most ? MOST_ACROSS : Math.ceil(Math.sqrt(most)));
  const down = pieceOf(tiles[0], Math.max(1, Math.floor(most / across)));
  const count = problem.images * Math.ceil(tiles[0] / down) * Math.ceil(tiles[1] / across);
  return { tiles, block: [down, across], side, size, count, mostTiles: most };
}

/**
 * The words of `Geometry` in wasm/winogradGeometry.ts, and how much memory of its own a thread needs for them, with
 * `depth` transformed channels and `span` blocks at a time.
 */
function geometryOf(
  problem: Problem,
  blocks: Blocks,
  depth: number,
  { halo = 0, span = 1 },
): { words: number[]; ownBytes: number } {
  const { channels, filters, image, output, padding } = problem;
  const { tiles, block, side, size } = blocks;
  const rows = (block[0] + halo - 1) * side + size;
  const fours = roundUp((block[0] + halo) * (block[1] + halo) * span, 4);
  // Pixels are of eight channels in the wide build, where sixteen outputs at a time are made.
  const vPoints = 4 * pointFloats(roundUp(depth, 8) * fours);
  const mPoints = 4 * pointFloats(8 * fours);
  const quads = 2 * rows * PITCH;
  const sizes = [64, size ** 2 * vPoints, 2 * size ** 2 * mPoints, 2 * size * PITCH, quads, quads];
  const starts = [0];
  for (const bytes of sizes) starts.push(starts[starts.length - 1] + roundUp(bytes, 64));
  const words = [
    ...[channels, ...image, ...padding, filters, ...output, side, size, ...tiles, ...block, halo],
    ...[vPoints, mPoints, 4 * filterFloats(depth), 16 * fours, ...starts.slice(1, 6)],
  ];
  return { words, ownBytes: starts[6] };
}

/**
 * An odd number of cache lines, as floats, from one point to the next: what is at the 36 or 64 points of one place then
 * does not fall into the same few sets of a cache.
 */
function pointFloats(floats: number): number {
  const lines = Math.ceil(floats / 16);
  return 16 * (lines + 1 - (lines % 2));
}

/** Floats from one point of eight transformed filters to the next, for products with `sums` terms. */
const filterFloats = (sums: number): number => pointFloats(8 * roundUp(sums, 4));

/** Floats of all transformed filters. */
const filtersFloats = (size: number, sums: number, outputs: number): number =>
  Math.ceil(outputs / 8) * size ** 2 * filterFloats(sums);

const flopsOf = ({ channels, filters }: Problem, { block, size, count }: Blocks): number =>
  2 * size ** 2 * channels * filters * sizeOf(block) * count;

/** The words that hold the largest magnitudes of filters, eight outputs each. */
const sizesOf = (outputs: number): number => Math.ceil(outputs / 8);

/** u = Gw for a product with `outputs` results of `sums` terms, and the sizes of w; steps are in filters of w. */
function filterLaunch(
  { taps }: Problem,
  size: number,
  [outputs, outputStep]: Pair,
  [sums, sumStep]: Pair,
  [w, u, sizes]: readonly [number, number, number],
): WasmLaunch {
  return {
    kernel: 'winogradFilters',
    parts: sizesOf(outputs),
    params: [taps, size, outputs, outputStep, sums, sumStep, 4 * filterFloats(sums), 1],
    reads: [w],
    writes: [u, sizes],
    ownBytes: 16 * (taps ** 2 + size * taps),
    note: 'filters',
  };
}

/** Operands: x, w, perhaps a bias, then y, and places where pooled; then the transformed filters and their sizes. */
function convolution(problem: Problem, biased: boolean, relu: boolean, pool: boolean): WasmWork {
  const { channels, filters } = problem;
  const y = biased ? 3 : 2;
  const u = y + (pool ? 2 : 1);
  const blocks = blocksOf(problem, channels + 8);
  const { words, ownBytes } = geometryOf(problem, blocks, channels, {});
  return {
    launches: [
      filterLaunch(problem, blocks.size, [filters, channels], [channels, 1], [1, u, u + 1]),
      {
        kernel: 'winogradConvolution',
        parts: blocks.count,
        params: [...words, Number(biased), Number(relu), Number(pool)],
        reads: [0, u, biased ? 2 : u, 1, u + 1],
        writes: [y, pool ? y + 1 : y],
        ownBytes,
        flops: flopsOf(problem, blocks),
      },
    ],
    scratch: [filtersFloats(blocks.size, channels, filters), sizesOf(filters)],
  };
}

export const conv2d: WasmKernel<Conv2dAttrs> = ([x, w, bias], [y], attrs) => {
  const problem = problemOf(x.shape, w.shape, planeOf(y.shape), attrs);
  return problem && convolution(problem, bias !== undefined, false, false);
};

export const convRelu: WasmKernel<ConvReluAttrs> = ([x, w], _outputs, attrs) => {
  const output = windowOutput('convRelu', planeOf(x.shape), planeOf(w.shape), attrs);
  const problem = problemOf(x.shape, w.shape, output, attrs);
  return problem && convolution(problem, true, true, attrs.pool);
};

export const conv2dInputGrad: WasmKernel<ConvInputGradAttrs> = ([g, w], [dx], attrs) => {
  const problem = problemOf(dx.shape, w.shape, planeOf(g.shape), attrs);
  if (problem === null) return null;
  const { channels, filters } = problem;
  const blocks = blocksOf(problem, filters + 8);
  // Inputs of a tile reach into the next one.
  const halo =
    sizeOf(blocks.tiles) === sizeOf(blocks.block) ? 0 : Math.ceil((blocks.size - blocks.side) / blocks.side);
  const { words, ownBytes } = geometryOf(problem, blocks, filters, { halo });
  return {
    launches: [
      filterLaunch(problem, blocks.size, [channels, 1], [filters, channels], [1, 3, 4]),
      {
        kernel: 'winogradInputGradient',
        parts: blocks.count,
        params: words,
        reads: [0, 3, 1, 4],
        writes: [2],
        ownBytes,
        flops: flopsOf(problem, blocks),
      },
    ],
    scratch: [filtersFloats(blocks.size, filters, channels), sizesOf(channels)],
  };
};

export const conv2dWeightGrad: WasmKernel<ConvWeightGradAttrs> = ([x, g], [dw], attrs) => {
  const problem = problemOf(x.shape, dw.shape, planeOf(g.shape), attrs);
  if (problem === null) return null;
  const { channels, filters, taps } = problem;
  const blocks = blocksOf(problem, channels + 8);
  const enough = Math.floor((blocks.count * sizeOf(blocks.block)) / TILES_OF_GROUP);
  const groups = Math.min(GROUPS, blocks.count, Math.max(LEAST_GROUPS, enough));
  const most = Math.max(1, Math.floor(Math.min(MOST_SUMMED, blocks.mostTiles) / sizeOf(blocks.block)));
  const span = pieceOf(Math.ceil(blocks.count / groups), most);
  const { words, ownBytes } = geometryOf(problem, blocks, channels, { span });
  return {
    launches: [
      {
        kernel: 'winogradWeightSums',
        parts: groups,
        params: [...words, blocks.count, groups, span],
        reads: [0, 1],
        writes: [3, 4],
        ownBytes,
        flops: flopsOf(problem, blocks),
      },
      {
        kernel: 'winogradWeightGradient',
        parts: Math.ceil(filters / 8),
        params: [taps, blocks.size, filters, channels, channels, 1, 4 * filterFloats(channels), groups],
        reads: [3, 4],
        writes: [2],
        ownBytes: 16 * blocks.size * (blocks.size + taps),
        note: 'sum of groups',
      },
    ],
    scratch: [groups * filtersFloats(blocks.size, channels, filters), groups],
  };
};
