// Winograd's transforms of a block of tiles: between a quad of four channels (quads.ts), in the thread's own memory,
// and the `size`² points of each tile. Tiles are `side` apart and share the rest of their inputs. So what acts on columns
// is done once for a row of tiles, on `size` lines, and only what acts on rows for each tile. Each transform is compiled
// for the sizes that occur: 6 points with 4 outputs, 8 points with 6 or 4.
import { Block, Geometry } from './winogradGeometry';
import { addInputLine, collectLine, evaluateLine, inputLine } from './winogradLines';

/** v = Bᵀ x B, from the quad. */
export function inputTiles(shape: Geometry, block: Block, own: usize, v: usize): void {
  if (shape.size == 6) inputRows(6, shape, block, own, v);
  else inputRows(8, shape, block, own, v);
}

// @ts-ignore: decorator
@inline
function inputRows(size: i32, shape: Geometry, block: Block, own: usize, v: usize): void {
  const side = shape.side;
  const pitch = shape.pitch;
  const points = shape.vPoints;
  const lines = own + shape.lines;
  const columns = block.columns;
  const width = <usize>((columns - 1) * side + size) << 4;
  const lineOfPoints = <usize>size * points;
  let quad = own + shape.quad;
  for (let i = block.rows; i > 0; i--, quad += <usize>side * pitch) {
    for (let at: usize = 0; at < width; at += 16) inputLine(size, quad + at, pitch, lines + at, pitch);
    for (let j = 0; j < columns; j++, v += 16) {
      let from = lines + (<usize>(j * side) << 4);
      for (let to = v, end = v + <usize>size * lineOfPoints; to < end; to += lineOfPoints, from += pitch) {
        inputLine(size, from, 16, to, points);
      }
    }
  }
}

/** The quad becomes B m Bᵀ, summed where tiles overlap. */
export function addInputTiles(shape: Geometry, block: Block, own: usize, m: usize): void {
  if (shape.size == 6) addInputRows(4, 6, shape, block, own, m);
  else if (shape.side == 6) addInputRows(6, 8, shape, block, own, m);
  else addInputRows(4, 8, shape, block, own, m);
}

// @ts-ignore: decorator
@inline
function addInputRows(side: i32, size: i32, shape: Geometry, block: Block, own: usize, m: usize): void {
  const shared = size - side;
  const pitch = shape.pitch;
  const points = shape.mPoints;
  const lines = own + shape.lines;
  const endOfLines = lines + <usize>size * pitch;
  const columns = block.columns;
  const width = <usize>((columns - 1) * side + size) << 4;
  const lineOfPoints = <usize>size * points;
  let quad = own + shape.quad;
  memory.fill(quad, 0, <usize>shared * pitch);
  for (let i = block.rows; i > 0; i--, quad += <usize>side * pitch) {
    for (let line = lines; line < endOfLines; line += pitch) {
      for (let k = 0; k < shared; k++) v128.store(line + (<usize>k << 4), f32x4.splat(0));
    }
    for (let j = 0; j < columns; j++, m += 32) {
      let from = m;
      for (let to = lines + (<usize>(j * side) << 4); to < endOfLines; to += pitch, from += lineOfPoints) {
        addInputLine(size, shared, from, points, to, 16);
      }
    }
    for (let at: usize = 0; at < width; at += 16) {
      addInputLine(size, shared, lines + at, pitch, quad + at, pitch);
    }
  }
}

/** v = A g Aᵀ, from the quad, with `place` bytes from a tile to the next; here tiles do not overlap. */
export function gradientTiles(shape: Geometry, block: Block, own: usize, v: usize, place: usize, points: usize): void {
  if (shape.size == 6) gradientRows(4, 6, shape, block, own, v, place, points);
  else if (shape.side == 6) gradientRows(6, 8, shape, block, own, v, place, points);
  else gradientRows(4, 8, shape, block, own, v, place, points);
}

// @ts-ignore: decorator
@inline
function gradientRows(
  side: i32, size: i32, shape: Geometry, block: Block, own: usize, v: usize, place: usize, points: usize,
): void {
  const pitch = shape.pitch;
  const lines = own + shape.lines;
  const columns = block.columns;
  const width = <usize>(columns * side) << 4;
  const lineOfPoints = <usize>size * points;
  let quad = own + shape.quad;
  for (let i = block.rows; i > 0; i--, quad += <usize>side * pitch) {
    for (let at: usize = 0; at < width; at += 16) {
      evaluateLine(side, size, false, quad + at, pitch, lines + at, pitch);
    }
    for (let j = 0; j < columns; j++, v += place) {
      let from = lines + (<usize>(j * side) << 4);
      for (let to = v, end = v + <usize>size * lineOfPoints; to < end; to += lineOfPoints, from += pitch) {
        evaluateLine(side, size, false, from, 16, to, points);
      }
    }
  }
}

/** The quad becomes max(floor, Aᵀ m A + bias), with four biases or, at 0, none. */
export function outputTiles(
  shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32,
): void {
  if (shape.size == 6) outputRows(4, 6, shape, block, own, m, bias, floor);
  else if (shape.side == 6) outputRows(6, 8, shape, block, own, m, bias, floor);
  else outputRows(4, 8, shape, block, own, m, bias, floor);
}

// @ts-ignore: decorator
@inline
function outputRows(
  side: i32, size: i32, shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32,
): void {
  const pitch = shape.pitch;
  const points = shape.mPoints;
  const lines = own + shape.lines;
  const columns = block.columns;
  const lineOfPoints = <usize>size * points;
  const line = <usize>size << 4;
  const start = bias ? v128.load(bias) : f32x4.splat(0);
  const least = f32x4.splat(floor);
  let quad = own + shape.quad;
  for (let i = block.rows; i > 0; i--, quad += <usize>side * pitch) {
    for (let j = 0; j < columns; j++, m += 32) {
      let from = m;
      for (let to = lines, end = lines + line; to < end; to += 16, from += points) {
        collectLine(side, size, false, from, lineOfPoints, to, line, false, start, least);
      }
      from = lines;
      let to = quad + (<usize>(j * side) << 4);
      for (const end = lines + <usize>side * line; from < end; from += line, to += pitch) {
        collectLine(side, size, false, from, 16, to, 16, true, start, least);
      }
    }
  }
}
