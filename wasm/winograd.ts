// The three kernels of a convolution in Winograd's form, y = Aᵀ[Gw ⊙ Bᵀx], dx = B[Gw ⊙ Ag], dw = Gᵀ[Ag ⊙ Bᵀx], as
// winogradLines.ts derives it, for 3×3 and 5×5 taps with stride 1. One NaN or infinity in an input makes NaNs of all that its tile reaches.
import { packQuad, poolQuad, unpackQuad } from './quads';
import { gradientTile, productTile } from './winogradProducts';
import { addInputTiles, gradientTiles, inputTiles, outputTiles } from './winogradTiles';

/** How an image is cut into blocks of tiles, and where in the thread's own memory the pieces of one lie, in bytes. */
// @ts-ignore: decorator
@unmanaged
class Geometry {
  /** Of the convolution's input, and how far the first tile begins before it. */
  channels: i32;
  height: i32;
  width: i32;
  top: i32;
  left: i32;
  /** Of the convolution's output. */
  filters: i32;
  outHeight: i32;
  outWidth: i32;
  /** Outputs along a side of a tile, and inputs, which are as many as points. */
  side: i32;
  size: i32;
  /** Tiles of the whole output, and at most so many in a block. */
  tilesDown: i32;
  tilesAcross: i32;
  blockRows: i32;
  blockColumns: i32;
  /** Tiles before a block that reach into it, where an input is summed from tiles that overlap. */
  halo: i32;
  /** Distances: between the points of v, of m and of u, and between rows of a quad. */
  vPoints: usize;
  mPoints: usize;
  uPoints: usize;
  pitch: usize;
  /** Places in the thread's own memory; v begins it. */
  m: usize;
  lines: usize;
  quad: usize;
  places: usize;
}

// @ts-ignore: decorator
@inline
function geometryAfter(args: usize, addresses: i32): Geometry {
  return changetype<Geometry>(args + (<usize>addresses << 2));
}

/** Bytes of one quad of channels in v, and of one quad of outputs in m. */
// @ts-ignore: decorator
@inline
function quadOf(tiles: i32): usize {
  return <usize>((tiles + 3) & ~3) << 4;
}

/**
 * m = u·v at each point for the eight outputs whose filters begin at u. Eight at a time are transformed back while they
 * are in the first cache; so v alone decides how large a block may be.
 */
function multiplyPoints(shape: Geometry, u: usize, v: usize, m: usize, sums: i32, tiles: i32): void {
  const quads = (sums + 3) >> 2;
  const step = quadOf(tiles);
  for (let point = 0; point < shape.size * shape.size; point++, v += shape.vPoints, u += shape.uPoints, m += shape.mPoints) {
    for (let at: usize = 0; at < step; at += 64) productTile(u, v + at, step, quads, m + at, step);
  }
}

/** Bytes of eight outputs' filters at one point. */
// @ts-ignore: decorator
@inline
function eightFilters(sums: i32): usize {
  return <usize>((sums + 3) & ~3) << 5;
}

/**
 * y = conv2d(x, w), plus the bias, with relu, pooled, as asked for; a part is a block of one image.
 * Arguments: x, u = Gw, bias, y, places, the geometry, and whether there is a bias, relu, pooling.
 */
export function winogradConvolution(args: usize, part: i32, own: usize): void {
  const x = load<usize>(args);
  const u = load<usize>(args, 4);
  const biases = load<usize>(args, 8);
  const y = load<usize>(args, 12);
  const places = load<usize>(args, 16);
  const shape = geometryAfter(args, 5);
  const options = args + 20 + offsetof<Geometry>();
  const biased = load<i32>(options) != 0;
  const floor = f32x4.splat(load<i32>(options, 4) != 0 ? 0 : -Infinity);
  const pools = load<i32>(options, 8) != 0;

  const across = (shape.tilesAcross + shape.blockColumns - 1) / shape.blockColumns;
  const down = (shape.tilesDown + shape.blockRows - 1) / shape.blockRows;
  const image = part / (down * across);
  const firstRow = (part / across) % down * shape.blockRows;
  const firstColumn = part % across * shape.blockColumns;
  const rows = min(shape.blockRows, shape.tilesDown - firstRow);
  const columns = min(shape.blockColumns, shape.tilesAcross - firstColumn);
  const tiles = rows * columns;
  const step = quadOf(tiles);
  const side = shape.side;
  const size = shape.size;
  const pitch = shape.pitch;
  const quad = own + shape.quad;
  const lines = own + shape.lines;

  const plane = shape.height * shape.width;
  for (let c = 0; c < shape.channels; c += 4) {
    packQuad(
      x + (<usize>((image * shape.channels + c) * plane) << 2), min(4, shape.channels - c), shape.height, shape.width,
      firstRow * side - shape.top, firstColumn * side - shape.left,
      quad, rows * side + size - side, columns * side + size - side, pitch,
    );
    inputTiles(side, size, quad, pitch, rows, columns, lines, own + <usize>(c >> 2) * step, shape.vPoints);
  }

  const top = firstRow * side;
  const left = firstColumn * side;
  const outRows = min(rows * side, shape.outHeight - top);
  const outColumns = min(columns * side, shape.outWidth - left);
  for (let o = 0; o < shape.filters; o += 4) {
    let m = own + shape.m;
    if (o & 4) m += step;
    else multiplyPoints(shape, u + <usize>(o >> 3) * eightFilters(shape.channels), own, m, shape.channels, tiles);
    const outputs = min(4, shape.filters - o);
    let bias = f32x4.splat(0);
    if (biased) bias = v128.load(biases + (<usize>o << 2));
    outputTiles(side, size, quad, pitch, rows, columns, lines, m, shape.mPoints, bias, floor);
    if (pools) {
      const width = shape.outWidth >> 1;
      const area = (shape.outHeight >> 1) * width;
      const at = <usize>((image * shape.filters + o) * area + (top >> 1) * width + (left >> 1)) << 2;
      const note = own + shape.places;
      // Pooled rows come to lie where rows were that are done with.
      poolQuad(
        quad, pitch, outRows >> 1, outColumns >> 1, quad, note, top * shape.outWidth + left, shape.outWidth,
      );
      unpackQuad(quad, pitch, outRows >> 1, outColumns >> 1, y + at, outputs, <usize>area << 2, <usize>width << 2);
      unpackQuad(note, pitch, outRows >> 1, outColumns >> 1, places + at, outputs, <usize>area << 2, <usize>width << 2);
    } else {
      const area = shape.outHeight * shape.outWidth;
      const at = <usize>((image * shape.filters + o) * area + top * shape.outWidth + left) << 2;
      unpackQuad(quad, pitch, outRows, outColumns, y + at, outputs, <usize>area << 2, <usize>shape.outWidth << 2);
    }
  }
}

/** dx = conv2dInputGrad(g, w); a part is a block of one image. Arguments: g, u = Gw, dx, the geometry. */
export function winogradInputGradient(args: usize, part: i32, own: usize): void {
  const g = load<usize>(args);
  const u = load<usize>(args, 4);
  const dx = load<usize>(args, 8);
  const shape = geometryAfter(args, 3);

  const across = (shape.tilesAcross + shape.blockColumns - 1) / shape.blockColumns;
  const down = (shape.tilesDown + shape.blockRows - 1) / shape.blockRows;
  const image = part / (down * across);
  const blockRow = (part / across) % down;
  const blockColumn = part % across;
  const firstRow = max(0, blockRow * shape.blockRows - shape.halo);
  const firstColumn = max(0, blockColumn * shape.blockColumns - shape.halo);
  const rows = min((blockRow + 1) * shape.blockRows, shape.tilesDown) - firstRow;
  const columns = min((blockColumn + 1) * shape.blockColumns, shape.tilesAcross) - firstColumn;
  const tiles = rows * columns;
  const step = quadOf(tiles);
  const side = shape.side;
  const size = shape.size;
  const pitch = shape.pitch;
  const quad = own + shape.quad;
  const lines = own + shape.lines;

  const plane = shape.outHeight * shape.outWidth;
  for (let o = 0; o < shape.filters; o += 4) {
    packQuad(
      g + (<usize>((image * shape.filters + o) * plane) << 2), min(4, shape.filters - o),
      shape.outHeight, shape.outWidth, firstRow * side, firstColumn * side,
      quad, rows * side, columns * side, pitch,
    );
    gradientTiles(side, size, quad, pitch, rows, columns, lines, own + <usize>(o >> 2) * step, shape.vPoints);
  }

  // Rows of dx that are this block's: from its first tile on, and past the last tile in the last block.
  const top = max(0, blockRow * shape.blockRows * side - shape.top);
  const left = max(0, blockColumn * shape.blockColumns * side - shape.left);
  const endRow = blockRow == down - 1 ? shape.height : (blockRow + 1) * shape.blockRows * side - shape.top;
  const endColumn = blockColumn == across - 1 ? shape.width : (blockColumn + 1) * shape.blockColumns * side - shape.left;
  const height = min(endRow, shape.height) - top;
  const width = min(endColumn, shape.width) - left;
  const area = shape.height * shape.width;
  const quadRows = rows * side + size - side;
  const from = quad + <usize>(top + shape.top - firstRow * side) * pitch
    + (<usize>(left + shape.left - firstColumn * side) << 4);
  for (let c = 0; c < shape.channels; c += 4) {
    let m = own + shape.m;
    if (c & 4) m += step;
    else multiplyPoints(shape, u + <usize>(c >> 3) * eightFilters(shape.filters), own, m, shape.filters, tiles);
    memory.fill(quad, 0, <usize>quadRows * pitch);
    addInputTiles(side, size, quad, pitch, rows, columns, lines, m, shape.mPoints);
    unpackQuad(
      from, pitch, height, width, dx + (<usize>((image * shape.channels + c) * area + top * shape.width + left) << 2),
      min(4, shape.channels - c), <usize>area << 2, <usize>shape.width << 2,
    );
  }
}

/**
 * sums = Ag ⊙ Bᵀx, summed over the tiles of a group of blocks, in the layout of u; a part is a group.
 * Arguments: x, g, sums, the geometry, blocks, groups.
 */
export function winogradWeightSums(args: usize, part: i32, own: usize): void {
  const x = load<usize>(args);
  const g = load<usize>(args, 4);
  const shape = geometryAfter(args, 3);
  const options = args + 12 + offsetof<Geometry>();
  const blocks = load<i32>(options);
  const groups = load<i32>(options, 4);
  const sums = load<usize>(args, 8) + <usize>(part * shape.size * shape.size) * shape.uPoints;

  const across = (shape.tilesAcross + shape.blockColumns - 1) / shape.blockColumns;
  const down = (shape.tilesDown + shape.blockRows - 1) / shape.blockRows;
  const side = shape.side;
  const size = shape.size;
  const pitch = shape.pitch;
  const quad = own + shape.quad;
  const lines = own + shape.lines;
  const plane = shape.height * shape.width;
  const outPlane = shape.outHeight * shape.outWidth;
  const first = <i32>(<i64>part * blocks / groups);
  const end = <i32>(<i64>(part + 1) * blocks / groups);
  for (let block = first; block < end; block++) {
    const image = block / (down * across);
    const firstRow = (block / across) % down * shape.blockRows;
    const firstColumn = block % across * shape.blockColumns;
    const rows = min(shape.blockRows, shape.tilesDown - firstRow);
    const columns = min(shape.blockColumns, shape.tilesAcross - firstColumn);
    const tiles = rows * columns;
    const step = quadOf(tiles);
    for (let c = 0; c < shape.channels; c += 4) {
      packQuad(
        x + (<usize>((image * shape.channels + c) * plane) << 2), min(4, shape.channels - c),
        shape.height, shape.width, firstRow * side - shape.top, firstColumn * side - shape.left,
        quad, rows * side + size - side, columns * side + size - side, pitch,
      );
      inputTiles(side, size, quad, pitch, rows, columns, lines, own + <usize>(c >> 2) * step, shape.vPoints);
    }
    for (let o = 0; o < shape.filters; o += 4) {
      packQuad(
        g + (<usize>((image * shape.filters + o) * outPlane) << 2), min(4, shape.filters - o),
        shape.outHeight, shape.outWidth, firstRow * side, firstColumn * side,
        quad, rows * side, columns * side, pitch,
      );
      gradientTiles(side, size, quad, pitch, rows, columns, lines, own + shape.m + <usize>(o >> 2) * step, shape.mPoints);
    }
    const quads = (shape.channels + 3) >> 2;
    for (let point = 0; point < shape.size * shape.size; point++) {
      let to = sums + <usize>point * shape.uPoints;
      const v = own + <usize>point * shape.vPoints;
      let a = own + shape.m + <usize>point * shape.mPoints;
      for (let o = 0; o < shape.filters; o += 8, a += 2 * step) {
        for (let c = 0; c < quads; c++, to += 128) {
          gradientTile(v + <usize>c * step, a, step, tiles, to, block == first);
        }
      }
    }
  }
}
