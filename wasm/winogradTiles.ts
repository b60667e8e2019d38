// Winograd's transforms of whole blocks of tiles: between quads of four channels (quads.ts) and the 36 points of each
// tile, which lie `points` bytes apart. Neighbouring tiles share 6 − m of their inputs, so what acts on columns is done
// once for a row of tiles, on `lines`, six lines of `pitch` bytes, and only what acts on rows for each tile.
import { addInputLine, gradientLine, inputLine, outputLine } from './winogradLines';

/** v = Bᵀ x B, with tiles m apart. */
export function inputTiles(
  m: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  const apart = <usize>m << 4;
  const width = <usize>(columns * m + 6 - m) << 4;
  for (let i = 0; i < rows; i++, quad += <usize>m * pitch) {
    for (let at: usize = 0; at < width; at += 16) inputLine(quad + at, pitch, lines + at, pitch);
    for (let j = 0; j < columns; j++, v += 16) {
      let from = lines + <usize>j * apart;
      for (let to = v, end = v + 36 * points; to < end; to += 6 * points, from += pitch) {
        inputLine(from, 16, to, points);
      }
    }
  }
}

/** quad += B v Bᵀ, where tiles overlap; `lines` is used for a row of them. */
export function addInputTiles(
  m: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  const apart = <usize>m << 4;
  const width = <usize>(columns * m + 6 - m) << 4;
  for (let i = 0; i < rows; i++, quad += <usize>m * pitch) {
    for (let line: usize = 0; line < 6 * pitch; line += pitch) memory.fill(lines + line, 0, width);
    for (let j = 0; j < columns; j++, v += 16) {
      let to = lines + <usize>j * apart;
      for (let from = v, end = v + 36 * points; from < end; from += 6 * points, to += pitch) {
        addInputLine(from, points, to, 16);
      }
    }
    for (let at: usize = 0; at < width; at += 16) addInputLine(lines + at, pitch, quad + at, pitch);
  }
}

/** v = A g Aᵀ, where tiles do not overlap. */
export function gradientTiles(
  m: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
): void {
  const apart = <usize>m << 4;
  const width = <usize>columns * apart;
  for (let i = 0; i < rows; i++, quad += <usize>m * pitch) {
    for (let at: usize = 0; at < width; at += 16) gradientLine(m, quad + at, pitch, lines + at, pitch);
    for (let j = 0; j < columns; j++, v += 16) {
      let from = lines + <usize>j * apart;
      for (let to = v, end = v + 36 * points; to < end; to += 6 * points, from += pitch) {
        gradientLine(m, from, 16, to, points);
      }
    }
  }
}

/** quad = max(floor, Aᵀ v A + bias). */
export function outputTiles(
  m: i32, quad: usize, pitch: usize, rows: i32, columns: i32, lines: usize, v: usize, points: usize,
  bias: v128, floor: v128,
): void {
  const apart = <usize>m << 4;
  for (let i = 0; i < rows; i++, quad += <usize>m * pitch) {
    for (let j = 0; j < columns; j++, v += 16) {
      for (let k: usize = 0; k < 6; k++) {
        outputLine(m, v + k * points, 6 * points, lines + (k << 4), 96, false, bias, floor);
      }
      let to = quad + <usize>j * apart;
      for (let from = lines, end = lines + 96 * <usize>m; from < end; from += 96, to += pitch) {
        outputLine(m, from, 16, to, 16, true, bias, floor);
      }
    }
  }
}
