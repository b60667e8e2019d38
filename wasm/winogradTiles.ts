// Winograd's transforms of whole blocks of tiles: between quads of four channels (quads.ts) and the `size`² points of
// each tile, which lie `points` bytes apart. Tiles are `side` apart and share the rest of their inputs, so what acts on
// columns is done once for a row of tiles, on `lines`, as many as `size`, of `pitch` bytes, and only what acts on rows for
// each tile. Each transform is compiled for the sizes that occur: 6 points with 4 outputs, 8 with 6 or 4.
import { addInputLine, collectLine, evaluateLine, inputLine } from './winogradLines';

/** v = Bᵀ x B. */
export function inputTiles(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  if (size == 6) inputRows(side, 6, quad, pitch, rows, columns, lines, v, points);
  else inputRows(side, 8, quad, pitch, rows, columns, lines, v, points);
}

// @ts-ignore: decorator
@inline
function inputRows(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  const width = <usize>((columns - 1) * side + size) << 4;
  const lineOfPoints = <usize>size * points;
  for (let i = 0; i < rows; i++, quad += <usize>side * pitch) {
    for (let at: usize = 0; at < width; at += 16) inputLine(size, quad + at, pitch, lines + at, pitch);
    for (let j = 0; j < columns; j++, v += 16) {
      let from = lines + (<usize>(j * side) << 4);
      for (let to = v, end = v + <usize>size * lineOfPoints; to < end; to += lineOfPoints, from += pitch) {
        inputLine(size, from, 16, to, points);
      }
    }
  }
}

/** quad = B v Bᵀ, summed where tiles overlap. */
export function addInputTiles(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  if (size == 6) addInputRows(4, 6, quad, pitch, rows, columns, lines, v, points);
  else if (side == 6) addInputRows(6, 8, quad, pitch, rows, columns, lines, v, points);
  else addInputRows(4, 8, quad, pitch, rows, columns, lines, v, points);
}

// @ts-ignore: decorator
@inline
function addInputRows(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  const shared = size - side;
  const width = <usize>((columns - 1) * side + size) << 4;
  const lineOfPoints = <usize>size * points;
  memory.fill(quad, 0, <usize>shared * pitch);
  for (let i = 0; i < rows; i++, quad += <usize>side * pitch) {
    for (let at: usize = 0, end = <usize>size * pitch; at < end; at += pitch) {
      for (let k = 0; k < shared; k++) v128.store(lines + at + (<usize>k << 4), f32x4.splat(0));
    }
    for (let j = 0; j < columns; j++, v += 16) {
      let to = lines + (<usize>(j * side) << 4);
      for (let from = v, end = v + <usize>size * lineOfPoints; from < end; from += lineOfPoints, to += pitch) {
        addInputLine(size, shared, from, points, to, 16);
      }
    }
    for (let at: usize = 0; at < width; at += 16) addInputLine(size, shared, lines + at, pitch, quad + at, pitch);
  }
}

/** v = A g Aᵀ, where tiles do not overlap. */
export function gradientTiles(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  if (size == 6) gradientRows(4, 6, quad, pitch, rows, columns, lines, v, points);
  else if (side == 6) gradientRows(6, 8, quad, pitch, rows, columns, lines, v, points);
  else gradientRows(4, 8, quad, pitch, rows, columns, lines, v, points);
}

// @ts-ignore: decorator
@inline
function gradientRows(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  const width = <usize>(columns * side) << 4;
  const lineOfPoints = <usize>size * points;
  for (let i = 0; i < rows; i++, quad += <usize>side * pitch) {
    for (let at: usize = 0; at < width; at += 16) {
      evaluateLine(side, size, false, quad + at, pitch, lines + at, pitch);
    }
    for (let j = 0; j < columns; j++, v += 16) {
      let from = lines + (<usize>(j * side) << 4);
      for (let to = v, end = v + <usize>size * lineOfPoints; to < end; to += lineOfPoints, from += pitch) {
        evaluateLine(side, size, false, from, 16, to, points);
      }
    }
  }
}

/** quad = max(floor, Aᵀ v A + bias). */
export function outputTiles(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
  bias: v128, floor: v128,
): void {
  if (size == 6) outputRows(4, 6, quad, pitch, rows, columns, lines, v, points, bias, floor);
  else if (side == 6) outputRows(6, 8, quad, pitch, rows, columns, lines, v, points, bias, floor);
  else outputRows(4, 8, quad, pitch, rows, columns, lines, v, points, bias, floor);
}

// @ts-ignore: decorator
@inline
function outputRows(
  side: i32, size: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
  bias: v128, floor: v128,
): void {
  const lineOfPoints = <usize>size * points;
  const line = <usize>size << 4;
  for (let i = 0; i < rows; i++, quad += <usize>side * pitch) {
    for (let j = 0; j < columns; j++, v += 16) {
      let from = v;
      for (let to = lines, end = lines + line; to < end; to += 16, from += points) {
        collectLine(side, size, false, from, lineOfPoints, to, line, false, bias, floor);
      }
      from = lines;
      let to = quad + (<usize>(j * side) << 4);
      for (const end = lines + <usize>side * line; from < end; from += line, to += pitch) {
        collectLine(side, size, false, from, 16, to, 16, true, bias, floor);
      }
    }
  }
}
