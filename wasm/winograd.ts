// The three kernels of a convolution in Winograd's form, y = Aᵀ[Gw ⊙ Bᵀx], dx = B[Gw ⊙ Ag], dw = Gᵀ[Ag ⊙ Bᵀx], as
// winogradLines.ts derives it, for 3×3 and 5×5 taps with stride 1. What goes into the products is transformed for all
// channels of a block; what comes out, or for dw goes in on the other side, for eight or sixteen filters or channels at a time,
// which stay in the first cache. A block with numbers that are too large, or none, is made without transforms, as are in dw
// all blocks of its group.
import { PITCH, poolQuad, unpackQuad } from './quads';
import { transformGradient, transformInput } from './winogradBlocks';
import { directQuad, directWeightSums, gatherWeights } from './winogradDirect';
import { Block, blockAt, eightFrom, Geometry, geometryAfter } from './winogradGeometry';
import { areLarge, areLargeFor } from './winogradGuard';
import { addProducts, mEight, multiplyPoints, pixelStep, TOGETHER } from './winogradPoints';
import { addInputTiles, outputTiles } from './winogradTiles';
import { IS_WIDE, PIXEL } from './width';

/** The bits of the largest magnitude among all filters, from those of eight outputs each. */
function largestFilter(sizes: usize, outputs: i32): i32 {
  let largest = 0;
  for (let o = 0; o < outputs; o += 8, sizes += 4) largest = max(largest, load<i32>(sizes));
  return largest;
}

/** Channels of a pixel. */
const CHANNELS: i32 = <i32>PIXEL >> 2;

/** Where the products of the outputs of a pixel begin. */
// @ts-ignore: decorator
@inline
function productsOf(shape: Geometry, o: i32, own: usize): usize {
  const products = own + shape.m;
  if (IS_WIDE) return products + (o & 8 ? mEight(shape) : 0);
  return products + (o & 4 ? 16 : 0);
}

/**
 * y = conv2d(x, w), plus the bias, with relu, pooled, as asked for; a part is a block of one image.
 * Arguments: x, u = Gw, bias, w, the sizes of w, y, places, the geometry, and whether there is a bias, relu, pooling.
 */
export function winogradConvolution(args: usize, part: i32, own: usize): void {
  const x = load<usize>(args);
  const u = load<usize>(args, 4);
  const biases = load<usize>(args, 8);
  const shape = geometryAfter(args, 7);
  const options = args + 28 + offsetof<Geometry>();
  const biased = load<i32>(options) != 0;
  const floor: f32 = load<i32>(options, 4) != 0 ? 0 : -Infinity;
  const pools = load<i32>(options, 8) != 0;
  const block = blockAt(shape, part, own);
  let largest = 0;
  let v = own + shape.v;
  for (let c = 0; c < shape.channels; c += CHANNELS, v += pixelStep(shape)) {
    largest = max(largest, transformInput(shape, block, x, c, own, v));
  }
  const isDirect = areLargeFor(largest, largestFilter(load<usize>(args, 16), shape.filters));
  for (let o = 0; o < shape.filters; o += CHANNELS) {
    if (o % TOGETHER == 0 && !isDirect) {
      multiplyPoints(shape, u, o, shape.filters, own, shape.channels, block.rows * block.columns);
    }
    if (!isDirect) {
      layBiases(shape, biased ? biases : 0, o, own);
      outputTiles(shape, block, own, productsOf(shape, o, own), own + BIASES, floor);
    }
    for (let four = o; four < min(o + CHANNELS, shape.filters); four += 4) {
      const quad = own + shape.quad + (<usize>(four - o) << 2);
      const bias: usize = biased ? biases + (<usize>four << 2) : 0;
      if (isDirect) directOutputs(shape, block, x, load<usize>(args, 12), four, own, bias, floor, quad);
      if (pools) storePooled(shape, block, four, args, own, quad);
      else storeOutputs(shape, block, four, args, quad);
    }
  }
}

/** The biases of the filters of a pixel lie behind the Block, and zeros where there are none. */
const BIASES: usize = 32;

function layBiases(shape: Geometry, biases: usize, o: i32, own: usize): void {
  const to = own + BIASES;
  memory.fill(to, 0, 32);
  if (biases) memory.copy(to, biases + (<usize>o << 2), <usize>min(CHANNELS, shape.filters - o) << 2);
}

/** The quad becomes four filters of a block of y; their weights lie where transformed channels would. */
function directOutputs(
  shape: Geometry, block: Block, x: usize, w: usize, o: i32, own: usize, bias: usize, floor: f32, quad: usize,
): void {
  const channels = shape.channels;
  const taps = shape.size + 1 - shape.side;
  const first = w + (<usize>(o * channels * taps * taps) << 2);
  const lanes = min(4, shape.filters - o);
  gatherWeights(first, lanes, channels, channels, 1, taps * taps, false, own + shape.v);
  directQuad(
    shape, x + (<usize>(block.image * channels * shape.height * shape.width) << 2), channels, shape.height,
    shape.width, block.firstRow * shape.side - shape.top, block.firstColumn * shape.side - shape.left,
    own + shape.v, bias, floor, quad, block.rows * shape.side, block.columns * shape.side,
  );
}

/** The quad becomes four channels of a block of dx, which begins where its first tile does. */
function directInputs(
  shape: Geometry, block: Block, g: usize, w: usize, c: i32, own: usize, quad: usize,
): void {
  const taps = shape.size + 1 - shape.side;
  const first = w + (<usize>(c * taps * taps) << 2);
  const lanes = min(4, shape.channels - c);
  const shared = taps - 1;
  gatherWeights(first, lanes, 1, shape.filters, shape.channels, taps * taps, true, own + shape.v);
  directQuad(
    shape, g + (<usize>(block.image * shape.filters * shape.outHeight * shape.outWidth) << 2), shape.filters,
    shape.outHeight, shape.outWidth, block.firstRow * shape.side - shared,
    block.firstColumn * shape.side - shared, own + shape.v, 0, -Infinity,
    quad, block.rows * shape.side + shared, block.columns * shape.side + shared,
  );
}

/** Four filters of a block of y, from the quad. */
function storeOutputs(shape: Geometry, block: Block, o: i32, args: usize, quad: usize): void {
  const top = block.firstRow * shape.side;
  const left = block.firstColumn * shape.side;
  const rows = min(block.rows * shape.side, shape.outHeight - top);
  const columns = min(block.columns * shape.side, shape.outWidth - left);
  const plane = shape.outHeight * shape.outWidth;
  const at = <usize>((block.image * shape.filters + o) * plane + top * shape.outWidth + left) << 2;
  unpackQuad(
    quad, rows, columns, load<usize>(args, 20) + at,
    min(4, shape.filters - o), <usize>plane << 2, <usize>shape.outWidth << 2,
  );
}

/** The same, pooled, with the places of the maxima. */
function storePooled(shape: Geometry, block: Block, o: i32, args: usize, own: usize, quad: usize): void {
  const places = own + shape.places;
  const top = block.firstRow * shape.side;
  const left = block.firstColumn * shape.side;
  const rows = min(block.rows * shape.side, shape.outHeight - top) >> 1;
  const columns = min(block.columns * shape.side, shape.outWidth - left) >> 1;
  // Pooled rows come to lie where rows were that are done with.
  poolQuad(quad, rows, columns, quad, places, top * shape.outWidth + left, shape.outWidth);
  const width = shape.outWidth >> 1;
  const plane = (shape.outHeight >> 1) * width;
  const at = <usize>((block.image * shape.filters + o) * plane + (top >> 1) * width + (left >> 1)) << 2;
  const filters = min(4, shape.filters - o);
  const y = load<usize>(args, 20) + at;
  const place = load<usize>(args, 24) + at;
  unpackQuad(quad, rows, columns, y, filters, <usize>plane << 2, <usize>width << 2);
  unpackQuad(places, rows, columns, place, filters, <usize>plane << 2, <usize>width << 2);
}

/** dx = conv2dInputGrad(g, w); a part is a block of one image. Arguments: g, u = Gw, w, its sizes, dx, the geometry. */
export function winogradInputGradient(args: usize, part: i32, own: usize): void {
  const g = load<usize>(args);
  const u = load<usize>(args, 4);
  const dx = load<usize>(args, 16);
  const shape = geometryAfter(args, 5);
  const block = blockAt(shape, part, own);
  let largest = 0;
  let v = own + shape.v;
  for (let o = 0; o < shape.filters; o += CHANNELS, v += pixelStep(shape)) {
    largest = max(largest, transformGradient(shape, block, g, o, own, v, shape.vPoints));
  }
  const isDirect = areLargeFor(largest, largestFilter(load<usize>(args, 12), shape.channels));
  // The block's inputs begin with its first tile, and end with its last one where another block follows.
  const side = shape.side;
  const top = max(0, block.down * shape.blockRows * side - shape.top);
  const left = max(0, block.across * shape.blockColumns * side - shape.left);
  const lastRow = block.firstRow + block.rows;
  const lastColumn = block.firstColumn + block.columns;
  let rows = shape.height - top;
  let columns = shape.width - left;
  if (lastRow < shape.tilesDown) rows = min(rows, lastRow * side - shape.top - top);
  if (lastColumn < shape.tilesAcross) columns = min(columns, lastColumn * side - shape.left - left);
  const plane = shape.height * shape.width;
  const skipped = <usize>(top + shape.top - block.firstRow * side) * PITCH
    + <usize>(left + shape.left - block.firstColumn * side) * PIXEL;
  for (let c = 0; c < shape.channels; c += CHANNELS) {
    if (c % TOGETHER == 0 && !isDirect) {
      multiplyPoints(shape, u, c, shape.channels, own, shape.filters, block.rows * block.columns);
    }
    if (!isDirect) addInputTiles(shape, block, own, productsOf(shape, c, own));
    for (let four = c; four < min(c + CHANNELS, shape.channels); four += 4) {
      const quad = own + shape.quad + (<usize>(four - c) << 2);
      if (isDirect) directInputs(shape, block, g, load<usize>(args, 8), four, own, quad);
      const to = dx + (<usize>((block.image * shape.channels + four) * plane + top * shape.width + left) << 2);
      const channels = min(4, shape.channels - four);
      unpackQuad(quad + skipped, rows, columns, to, channels, <usize>plane << 2, <usize>shape.width << 2);
    }
  }
}

/**
 * sums = Ag ⊙ Bᵀx, summed over the tiles of a group of blocks, in the layout of u; a part is a group. `span` blocks are
 * transformed at a time, so that a sum is taken up from memory for more than a few tiles. A group with numbers that are too large is made anew without
 * transforms, and says so.
 * Arguments: x, g, sums, a word for each group, the geometry, blocks, groups, span.
 */
export function winogradWeightSums(args: usize, part: i32, own: usize): void {
  const x = load<usize>(args);
  const g = load<usize>(args, 4);
  const isDirect = load<usize>(args, 12) + (<usize>part << 2);
  const shape = geometryAfter(args, 4);
  const options = args + 16 + offsetof<Geometry>();
  const blocks = load<i32>(options);
  const groups = load<i32>(options, 4);
  const span = load<i32>(options, 8);
  const sums = eightFrom(shape, load<usize>(args, 8), part * ((shape.filters + 7) & ~7));
  const first = <i32>(<i64>part * blocks / groups);
  const end = <i32>(<i64>(part + 1) * blocks / groups);
  let largestInput = 0;
  let largestGradient = 0;
  store<i32>(isDirect, 0);
  for (let start = first; start < end; start += span) {
    const stop = min(start + span, end);
    let tiles = 0;
    for (let i = start; i < stop; i++) {
      const block = blockAt(shape, i, own);
      let v = own + shape.v + <usize>tiles * PIXEL;
      for (let c = 0; c < shape.channels; c += CHANNELS, v += pixelStep(shape)) {
        const largest = transformInput(shape, block, x, c, own, v);
        largestInput = max(largestInput, largest);
      }
      tiles += block.rows * block.columns;
    }
    for (let o = 0; o < shape.filters; o += TOGETHER) {
      const outputs = min(TOGETHER, shape.filters - o);
      let tile = 0;
      for (let i = start; i < stop; i++) {
        const block = blockAt(shape, i, own);
        let m = own + shape.m + <usize>tile * PIXEL;
        for (let filter = o; filter < o + outputs; filter += CHANNELS, m += IS_WIDE ? mEight(shape) : shape.step) {
          const largest = transformGradient(shape, block, g, filter, own, m, shape.mPoints);
          largestGradient = max(largestGradient, largest);
        }
        tile += block.rows * block.columns;
      }
      addProducts(shape, own, eightFrom(shape, sums, o), outputs, tiles, start == first);
    }
    if (areLarge(largestInput, largestGradient)) {
      directWeightSums(shape, x, g, first, end, own, sums);
      store<i32>(isDirect, 1);
      return;
    }
  }
}
