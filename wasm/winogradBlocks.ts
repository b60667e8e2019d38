// What goes into Winograd's products: four channels of a block of inputs, or of the gradients of outputs.
import { packQuad } from './quads';
import { Block, Geometry } from './winogradGeometry';
import { gradientTiles, inputTiles } from './winogradTiles';

/** v = Bᵀ x B for four channels from c on. Returns the bits of the largest magnitude in x. */
export function transformInput(shape: Geometry, block: Block, x: usize, c: i32, own: usize, v: usize): i32 {
  const side = shape.side;
  const shared = shape.size - side;
  const plane = shape.height * shape.width;
  const rows = block.rows * side + shared;
  const columns = block.columns * side + shared;
  const largest = packQuad(
    x + (<usize>((block.image * shape.channels + c) * plane) << 2), min(4, shape.channels - c),
    shape.height, shape.width, block.firstRow * side - shape.top, block.firstColumn * side - shape.left,
    own + shape.quad, rows, columns, shape.pitch,
  );
  inputTiles(shape, block, own, v);
  return largest;
}

/** v = A g Aᵀ for four filters from o on, with `place` bytes from a tile to the next and `points` from a point. Returns the same of g. */
export function transformGradient(
  shape: Geometry, block: Block, g: usize, o: i32, own: usize, v: usize, place: usize, points: usize,
): i32 {
  const side = shape.side;
  const plane = shape.outHeight * shape.outWidth;
  const rows = block.rows * side;
  const columns = block.columns * side;
  const largest = packQuad(
    g + (<usize>((block.image * shape.filters + o) * plane) << 2), min(4, shape.filters - o),
    shape.outHeight, shape.outWidth, block.firstRow * side, block.firstColumn * side,
    own + shape.quad, rows, columns, shape.pitch,
  );
  gradientTiles(shape, block, own, v, place, points);
  return largest;
}
