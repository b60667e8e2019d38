// The products between Winograd's transforms at all points of a block: of as many outputs, or filters, as are made together.
import { eightFrom, Geometry } from './winogradGeometry';
import { gradientTile, productTile } from './winogradProducts';
import { IS_WIDE, PIXEL } from './width';

/** Outputs whose products are made together. */
export const TOGETHER: i32 = IS_WIDE ? 16 : 8;

/** From the channels of a pixel to the next in v. */
// @ts-ignore: decorator
@inline
export function pixelStep(shape: Geometry): usize {
  return IS_WIDE ? 2 * shape.step : shape.step;
}

/** From the products of eight outputs to those of the next. */
// @ts-ignore: decorator
@inline
export function mEight(shape: Geometry): usize {
  return <usize>(shape.size * shape.size) * shape.mPoints;
}

/** m = u·v at each point, for the outputs from o on whose products are made together, of all whose filters are u. */
export function multiplyPoints(
  shape: Geometry, u: usize, o: i32, outputs: i32, own: usize, sums: i32, tiles: i32,
): void {
  if (IS_WIDE && outputs > o + 8) multiplySixteen(shape, eightFrom(shape, u, o), own, sums, tiles);
  else multiplyEight(shape, eightFrom(shape, u, o), own, sums, tiles);
}

// A function for each, since the compiler joins branches that differ in a constant alone, which is then none.

function multiplyEight(shape: Geometry, u: usize, own: usize, sums: i32, tiles: i32): void {
  multiply(false, shape, u, own, sums, tiles);
}

function multiplySixteen(shape: Geometry, u: usize, own: usize, sums: i32, tiles: i32): void {
  multiply(true, shape, u, own, sums, tiles);
}

// @ts-ignore: decorator
@inline
function multiply(wide: bool, shape: Geometry, u: usize, own: usize, sums: i32, tiles: i32): void {
  const quads = (sums + 3) >> 2;
  const next = eightFrom(shape, 0, 8);
  const after = mEight(shape);
  const step = pixelStep(shape);
  const length = <usize>tiles << 5;
  let v = own + shape.v;
  let m = own + shape.m;
  for (let point = 0; point < shape.size * shape.size; point++) {
    for (let four = v, products = m, end = m + length; products < end; four += 4 * PIXEL, products += 128) {
      productTile(wide, u, next, four, step, quads, products, after);
    }
    v += shape.vPoints;
    m += shape.mPoints;
    u += shape.uPoints;
  }
}

/** sums (+)= a·v at each point for as many filters as are taken together. */
export function addProducts(shape: Geometry, own: usize, sums: usize, outputs: i32, tiles: i32, begins: bool): void {
  if (IS_WIDE && outputs > 8) addSixteen(shape, own, sums, tiles, begins);
  else addEight(shape, own, sums, tiles, begins);
}

function addEight(shape: Geometry, own: usize, sums: usize, tiles: i32, begins: bool): void {
  addPoints(false, shape, own, sums, tiles, begins);
}

function addSixteen(shape: Geometry, own: usize, sums: usize, tiles: i32, begins: bool): void {
  addPoints(true, shape, own, sums, tiles, begins);
}

// @ts-ignore: decorator
@inline
function addPoints(wide: bool, shape: Geometry, own: usize, sums: usize, tiles: i32, begins: bool): void {
  const length = <usize>((shape.channels + 3) & ~3) << 5;
  const next = eightFrom(shape, 0, 8);
  const after = mEight(shape);
  let v = own + shape.v;
  let m = own + shape.m;
  for (let point = 0; point < shape.size * shape.size; point++) {
    if (begins) memory.fill(sums, 0, length);
    if (begins && wide) memory.fill(sums + next, 0, length);
    let from = v;
    for (let to = sums, end = sums + length; to < end; to += 128) {
      gradientTile(wide, from, m, shape.step, after, tiles, to, next);
      // The other half of eight channels, or the next quad.
      if (IS_WIDE) from += (to - sums) & 128 ? 2 * shape.step - 16 : 16;
      else from += shape.step;
    }
    v += shape.vPoints;
    m += shape.mPoints;
    sums += shape.uPoints;
  }
}
