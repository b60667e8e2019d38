// What goes into Winograd's products: four channels of a block of inputs, or of the gradients of outputs, or eight where
// pixels are of eight.
import { packQuad } from './quads';
import { IS_WIDE } from './width';
import { Block, Geometry } from './winogradGeometry';
import { gradientTiles, inputTiles } from './winogradTiles';

/** The quad becomes planes of an image from c on. Returns the bits of the largest magnitude among them. */
function pack(
  planes: usize, c: i32, channels: i32, height: i32, width: i32, top: i32, left: i32, quad: usize, rows: i32, columns: i32,
): i32 {
  const from = planes + (<usize>(c * height * width) << 2);
  let largest = packQuad(from, min(4, channels - c), height, width, top, left, quad, rows, columns);
  if (IS_WIDE) {
    // Where there are no further channels those before are read once more, and zeros kept.
    const more = max(0, min(4, channels - c - 4));
    const second = more > 0 ? from + (<usize>(4 * height * width) << 2) : from;
    largest = max(largest, packQuad(second, more, height, width, top, left, quad + 16, rows, columns));
  }
  return largest;
}

/** v = Bᵀ x B for the channels of a pixel from c on. Returns the bits of the largest magnitude in x. */
export function transformInput(shape: Geometry, block: Block, x: usize, c: i32, own: usize, v: usize): i32 {
  const side = shape.side;
  const shared = shape.size - side;
  const image = x + (<usize>(block.image * shape.channels * shape.height * shape.width) << 2);
  const largest = pack(
    image, c, shape.channels, shape.height, shape.width, block.firstRow * side - shape.top,
    block.firstColumn * side - shape.left, own + shape.quad, block.rows * side + shared, block.columns * side + shared,
  );
  inputTiles(shape, block, own, v);
  return largest;
}

/** v = A g Aᵀ for filters from o on, with `points` bytes from a point to the next. Returns the same of g. */
export function transformGradient(
  shape: Geometry, block: Block, g: usize, o: i32, own: usize, v: usize, points: usize,
): i32 {
  const side = shape.side;
  const image = g + (<usize>(block.image * shape.filters * shape.outHeight * shape.outWidth) << 2);
  const largest = pack(
    image, o, shape.filters, shape.outHeight, shape.outWidth, block.firstRow * side,
    block.firstColumn * side, own + shape.quad, block.rows * side, block.columns * side,
  );
  gradientTiles(shape, block, own, v, points);
  return largest;
}
