import { COLUMNS } from './width';

/** From a row of a tile that is stored apart to the next. */
const PITCH: usize = COLUMNS * 4;

/** Copies that part of a tile which belongs to y. */
export function copyCorner(y: usize, pitch: usize, rows: i32, columns: i32, tile: usize): void {
  for (let r = 0; r < rows; r++, y += pitch, tile += PITCH) {
    for (let j: usize = 0; j < <usize>columns << 2; j += 4) store<f32>(y + j, load<f32>(tile + j));
  }
}

/** Adds that part of a tile which belongs to y. */
export function addCorner(y: usize, pitch: usize, rows: i32, columns: i32, tile: usize): void {
  for (let r = 0; r < rows; r++, y += pitch, tile += PITCH) {
    for (let j: usize = 0; j < <usize>columns << 2; j += 4) {
      store<f32>(y + j, load<f32>(y + j) + load<f32>(tile + j));
    }
  }
}
