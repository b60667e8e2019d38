// What goes into Winograd's products: four channels of a block of inputs, or of the gradients of outputs.
import { packQuad } from './quads';
import { Block, Geometry } from './winogradGeometry';
import { gradientTiles, inputTiles } from './winogradTiles';

/** v = Bᵀ x B for four channels from c on. */
export function transformInput(shape: Geometry, block: Block, x: usize, c: i32, own: usize, v: usize): void {
  const side = shape.side;
  const shared = shape.size - side;
  const plane = shape.height * shape.width;
  packQuad(
    x + (<usize>((block.image * shape.channels + c) * plane) << 2), min(4, shape.channels - c),
    shape.height, shape.width, block.firstRow * side - shape.top, block.firstColumn * side - shape.left,
    own + shape.quad, block.rows * side + shared, block.columns * side + shared, shape.pitch,
  );
  inputTiles(shape, block, own, v);
}

/** v = A g Aᵀ for four filters from o on, with `points` bytes from one point to the next. */
export function transformGradient(
  shape: Geometry, block: Block, g: usize, o: i32, own: usize, v: usize, points: usize,
): void {
  const side = shape.side;
  const plane = shape.outHeight * shape.outWidth;
  packQuad(
    g + (<usize>((block.image * shape.filters + o) * plane) << 2), min(4, shape.filters - o),
    shape.outHeight, shape.outWidth, block.firstRow * side, block.firstColumn * side,
    own + shape.quad, block.rows * side, block.columns * side, shape.pitch,
  );
  gradientTiles(shape, block, own, v, points);
}
