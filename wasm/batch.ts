// Where a step begins and ends: a batch out of the data set, and what became of its rows.
import { arg } from './args';
import { LEVELS } from './levels';

/**
 * x[i, k, r, c] = levels[256·k + byte (k, r, c) of image j], label[i] = labels[j] with j = order[(cursor₀ + i)
 * mod its length]; zeros where j is no image. Arguments: images, labels, order, cursor, levels, x, label, batch,
 * images of one part, pixels of a channel, channels, words of an image, images in all, length of the order.
 */
export function gatherBatch(args: usize, part: i32, own: usize): void {
  const batch = arg(args, 7);
  const piece = arg(args, 8);
  const plane = arg(args, 9);
  const channels = arg(args, 10);
  const words = arg(args, 11);
  const count = arg(args, 12);
  const length = <i64>arg(args, 13);
  const pixels = channels * plane;
  const cursor = <i64>load<i32>(<usize>arg(args, 3));
  const end = min(batch, (part + 1) * piece);
  for (let i = part * piece; i < end; i++) {
    // A cursor below 0 names no place of the order.
    const place = (cursor + i) % length;
    const j = place < 0 ? -1 : load<i32>(<usize>arg(args, 2) + (<usize>place << 2));
    const isInside = j >= 0 && j < count;
    const label = isInside ? load<i32>(<usize>arg(args, 1) + (<usize>j << 2)) : 0;
    store<i32>(<usize>arg(args, 6) + (<usize>i << 2), label);
    let x = <usize>arg(args, 5) + (<usize>(i * pixels) << 2);
    if (!isInside) {
      memory.fill(x, 0, <usize>pixels << 2);
      continue;
    }
    let from = <usize>arg(args, 0) + (<usize>(j * words) << 2);
    let levels = <usize>arg(args, 4);
    for (let channel = 0; channel < channels; channel++, levels += LEVELS) {
      const whole = from + <usize>(plane & ~3);
      for (; from < whole; from += 4, x += 16) {
        const bytes = load<u32>(from);
        let four = v128.load32_zero(level(levels, bytes, 0));
        four = v128.load_lane<u32>(level(levels, bytes, 8), four, 1);
        four = v128.load_lane<u32>(level(levels, bytes, 16), four, 2);
        v128.store(x, v128.load_lane<u32>(level(levels, bytes, 24), four, 3));
      }
      for (let k = 0; k < (plane & 3); k++, from++, x += 4) {
        store<u32>(x, load<u32>(levels + (<usize>load<u8>(from) << 2)));
      }
    }
  }
}

/** The address of the level of a byte of a word. */
// @ts-ignore: decorator
@inline
function level(levels: usize, word: u32, shift: u32): usize {
  return levels + <usize>(((word >> shift) & 255) << 2);
}

/**
 * rows[(cursor₁ + i) mod M] = (losses[i], the first c with the largest logits[i,c]), in the order of i; a NaN
 * counts as the largest. Arguments: losses, logits, cursor, rows, rows of the batch, classes, M.
 */
export function recordRows(args: usize, part: i32, own: usize): void {
  const losses = <usize>arg(args, 0);
  const rows = <usize>arg(args, 3);
  const count = arg(args, 4);
  const classes = arg(args, 5);
  const length = <i64>arg(args, 6);
  const cursor = <i64>load<i32>(<usize>arg(args, 2), 4);
  for (let i = 0; i < count; i++) {
    const logits = <usize>arg(args, 1) + (<usize>(i * classes) << 2);
    let best = 0;
    let held = load<f32>(logits);
    for (let c = 1; c < classes; c++) {
      const value = load<f32>(logits + (<usize>c << 2));
      if (!(value <= held) && held == held) {
        held = value;
        best = c;
      }
    }
    const place = (cursor + i) % length;
    if (place < 0) continue;
    const to = rows + (<usize>place << 3);
    store<u32>(to, load<u32>(losses + (<usize>i << 2)));
    store<f32>(to, <f32>best, 4);
  }
}
