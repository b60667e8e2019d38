// Winograd's transforms of a block of tiles: between a quad of four channels (quads.ts), in the thread's own memory,
// and the `size`² points of each tile. Tiles are `side` apart and share the rest of their inputs. So what acts on columns
// is done once for a row of tiles, and only what acts on rows for each tile. Each transform is compiled
// for the sizes that occur: 6 points with 4 outputs, 8 points with 6 or 4. Between both lie lines, one for each column, whose
// points follow each other: so all distances are constants.
import { addInputLine, inputLine } from './winogradLines';
import { collectLine, evaluateLine } from './winogradPolynomials';
import { Block, Geometry } from './winogradGeometry';
import { PITCH } from './quads';
import { IS_WIDE, PIXEL } from './width';

/** A number that V8 keeps in a register: it would make one of the code anew in each turn of a loop. */
// @ts-ignore: decorator
@inline
function constant(number: i32): v128 {
  return f32x4.splat(<f32>number);
}

function inputTiles6(shape: Geometry, block: Block, own: usize, v: usize): void {
  inputRows(6, shape, block, own, v);
}

function inputTiles8(shape: Geometry, block: Block, own: usize, v: usize): void {
  inputRows(8, shape, block, own, v);
}

/** v = Bᵀ x B, from the quad. */
export function inputTiles(shape: Geometry, block: Block, own: usize, v: usize): void {
  if (shape.size == 6) inputTiles6(shape, block, own, v);
  else inputTiles8(shape, block, own, v);
}

// @ts-ignore: decorator
@inline
function inputRows(size: i32, shape: Geometry, block: Block, own: usize, v: usize): void {
  const side = shape.side;
  const four = constant(side);
  const lines = own + shape.lines;
  const columns = block.columns;
  const width = <usize>((columns - 1) * side + size) * PIXEL;
  const line = <usize>size * PIXEL;
  const s1 = shape.vPoints;
  const s2 = 2 * shape.vPoints;
  const s3 = 3 * shape.vPoints;
  const s4 = 4 * shape.vPoints;
  const s5 = 5 * shape.vPoints;
  const s6 = 6 * shape.vPoints;
  const s7 = 7 * shape.vPoints;
  const pointsOfLine = <usize>size * s1;
  let quad = own + shape.quad;
  for (let i = block.rows; i > 0; i--, quad += <usize>side * PITCH) {
    let to = lines;
    for (let from = quad, end = quad + width; from < end; from += PIXEL, to += line) {
      inputLine(size, from, PITCH, to, PIXEL, 2 * PIXEL, 3 * PIXEL, 4 * PIXEL, 5 * PIXEL, 6 * PIXEL, 7 * PIXEL, four);
    }
    let from = lines;
    for (let j = 0; j < columns; j++, v += PIXEL, from += <usize>side * line) {
      let to = v;
      for (let at = from, end = from + line; at < end; at += PIXEL, to += pointsOfLine) {
        inputLine(size, at, line, to, s1, s2, s3, s4, s5, s6, s7, four);
      }
    }
  }
}

function addInputTiles6By4(shape: Geometry, block: Block, own: usize, m: usize): void {
  addInputRows(4, 6, shape, block, own, m);
}

function addInputTiles8By6(shape: Geometry, block: Block, own: usize, m: usize): void {
  addInputRows(6, 8, shape, block, own, m);
}

function addInputTiles8By4(shape: Geometry, block: Block, own: usize, m: usize): void {
  addInputRows(4, 8, shape, block, own, m);
}

/** The quad becomes B m Bᵀ, summed where tiles overlap. */
export function addInputTiles(shape: Geometry, block: Block, own: usize, m: usize): void {
  if (shape.size == 6) addInputTiles6By4(shape, block, own, m);
  else if (shape.side == 6) addInputTiles8By6(shape, block, own, m);
  else addInputTiles8By4(shape, block, own, m);
}

// @ts-ignore: decorator
@inline
function addInputRows(side: i32, size: i32, shape: Geometry, block: Block, own: usize, m: usize): void {
  const shared = size - side;
  const four = constant(shape.side);
  const five = constant(shape.side + 1);
  const lines = own + shape.lines;
  const columns = block.columns;
  const width = <usize>((columns - 1) * side + size) * PIXEL;
  const line = <usize>size * PIXEL;
  const s1 = shape.mPoints;
  const s2 = 2 * shape.mPoints;
  const s3 = 3 * shape.mPoints;
  const s4 = 4 * shape.mPoints;
  const s5 = 5 * shape.mPoints;
  const s6 = 6 * shape.mPoints;
  const s7 = 7 * shape.mPoints;
  const pointsOfLine = <usize>size * s1;
  let quad = own + shape.quad;
  memory.fill(quad, 0, <usize>shared * PITCH);
  for (let i = block.rows; i > 0; i--, quad += <usize>side * PITCH) {
    memory.fill(lines, 0, <usize>shared * line);
    let at = lines;
    for (let j = 0; j < columns; j++, m += 32, at += <usize>side * line) {
      let from = m;
      for (let to = at, end = at + line; to < end; to += PIXEL, from += pointsOfLine) {
        addInputLine(size, shared, from, s1, s2, s3, s4, s5, s6, s7, to, line, four, five);
      }
    }
    at = lines;
    for (let to = quad, end = quad + width; to < end; to += PIXEL, at += line) {
      addInputLine(size, shared, at, PIXEL, 2 * PIXEL, 3 * PIXEL, 4 * PIXEL, 5 * PIXEL, 6 * PIXEL, 7 * PIXEL, to, PITCH, four, five);
    }
  }
}

function gradientTiles6By4(shape: Geometry, block: Block, own: usize, v: usize, points: usize): void {
  gradientRows(4, 6, shape, block, own, v, points);
}

function gradientTiles8By6(shape: Geometry, block: Block, own: usize, v: usize, points: usize): void {
  gradientRows(6, 8, shape, block, own, v, points);
}

function gradientTiles8By4(shape: Geometry, block: Block, own: usize, v: usize, points: usize): void {
  gradientRows(4, 8, shape, block, own, v, points);
}

/** v = A g Aᵀ, from the quad, `points` bytes from a point to the next; here tiles do not overlap. */
export function gradientTiles(shape: Geometry, block: Block, own: usize, v: usize, points: usize): void {
  if (shape.size == 6) gradientTiles6By4(shape, block, own, v, points);
  else if (shape.side == 6) gradientTiles8By6(shape, block, own, v, points);
  else gradientTiles8By4(shape, block, own, v, points);
}

// @ts-ignore: decorator
@inline
function gradientRows(
  side: i32, size: i32, shape: Geometry, block: Block, own: usize, v: usize, points: usize,
): void {
  const four = size == 6 ? constant(shape.side) : f32x4.splat(4);
  const lines = own + shape.lines;
  const columns = block.columns;
  const width = <usize>(columns * side) * PIXEL;
  const line = <usize>size * PIXEL;
  const s1 = points;
  const s2 = 2 * points;
  const s3 = 3 * points;
  const s4 = 4 * points;
  const s5 = 5 * points;
  const s6 = 6 * points;
  const s7 = 7 * points;
  const pointsOfLine = <usize>size * s1;
  let quad = own + shape.quad;
  for (let i = block.rows; i > 0; i--, quad += <usize>side * PITCH) {
    let to = lines;
    for (let from = quad, end = quad + width; from < end; from += PIXEL, to += line) {
      evaluateLine(IS_WIDE, side, size, false, from, PITCH, to, PIXEL, 2 * PIXEL, 3 * PIXEL, 4 * PIXEL, 5 * PIXEL, 6 * PIXEL, 7 * PIXEL, four);
    }
    let from = lines;
    for (let j = 0; j < columns; j++, v += PIXEL, from += <usize>side * line) {
      let to = v;
      for (let at = from, end = from + line; at < end; at += PIXEL, to += pointsOfLine) {
        evaluateLine(IS_WIDE, side, size, false, at, line, to, s1, s2, s3, s4, s5, s6, s7, four);
      }
    }
  }
}

function outputTiles6By4(shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32): void {
  outputRows(4, 6, shape, block, own, m, bias, floor);
}

function outputTiles8By6(shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32): void {
  outputRows(6, 8, shape, block, own, m, bias, floor);
}

function outputTiles8By4(shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32): void {
  outputRows(4, 8, shape, block, own, m, bias, floor);
}

/** The quad becomes max(floor, Aᵀ m A + bias), with as many biases as a pixel has numbers. */
export function outputTiles(
  shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32,
): void {
  if (shape.size == 6) outputTiles6By4(shape, block, own, m, bias, floor);
  else if (shape.side == 6) outputTiles8By6(shape, block, own, m, bias, floor);
  else outputTiles8By4(shape, block, own, m, bias, floor);
}

// @ts-ignore: decorator
@inline
function outputRows(
  side: i32, size: i32, shape: Geometry, block: Block, own: usize, m: usize, bias: usize, floor: f32,
): void {
  const four = size == 6 ? constant(shape.side) : f32x4.splat(4);
  const lines = own + shape.lines;
  const columns = block.columns;
  const line = <usize>size * PIXEL;
  const s1 = <usize>size * shape.mPoints;
  const s2 = 2 * s1;
  const s3 = 3 * s1;
  const s4 = 4 * s1;
  const s5 = 5 * s1;
  const s6 = 6 * s1;
  const s7 = 7 * s1;
  const start = v128.load(bias);
  const start2 = v128.load(bias, 16);
  const least = f32x4.splat(floor);
  let quad = own + shape.quad;
  for (let i = block.rows; i > 0; i--, quad += <usize>side * PITCH) {
    let pixel = quad;
    for (let j = 0; j < columns; j++, m += 32, pixel += <usize>side * PIXEL) {
      let from = m;
      for (let to = lines, end = lines + line; to < end; to += PIXEL, from += shape.mPoints) {
        collectLine(
          IS_WIDE, side, size, false, from, s1, s2, s3, s4, s5, s6, s7, to, line, four, false, start, start2, least,
        );
      }
      let to = pixel;
      for (let at = lines, end = lines + <usize>side * line; at < end; at += line, to += PITCH) {
        collectLine(IS_WIDE, side, size, false, at, PIXEL, 2 * PIXEL, 3 * PIXEL, 4 * PIXEL, 5 * PIXEL, 6 * PIXEL, 7 * PIXEL, to, PIXEL, four, true, start, start2, least);
      }
    }
  }
}
