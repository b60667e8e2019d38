// A batch of distorted images: engine/data/augment/distort.ts, where the steps are explained, to the bit.
import { arg } from './args';
import {
  bottom, left, makeDistortion, POINT_BYTES, POINTS, right, stroke, top, WORD_BYTES,
} from './augmentDraw';
import { interpolateRows, isShort, lineBytes } from './augmentElastic';
import { CONSTANTS, layConstants, sample } from './augmentSample';
import { changeStroke, firstOf, frameImage, frameStride } from './augmentStroke';
import { LEVELS } from './levels';
import { drawBlocks, KEYS, layKeys } from './philox';

/** Bytes of the amounts among the arguments. */
const AMOUNTS: usize = 32;

/** Puts the level of black into the erased rectangle. */
function eraseBox(x: usize, size: i32, black: f32): void {
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      store<f32>(x + (<usize>(row * size + column) << 2), black);
    }
  }
}

/**
 * x[i, k, r, c] = levels[256·k + byte (k, r, c) of image j as it is distorted], label[i] = labels[j] with
 * j = order[(cursor₀ + i) mod its length]; zeros where j is no image. Arguments: images, labels, order, cursor, levels,
 * state, x, label, batch, images of one part, side of an image, channels, words of an image, images in all, length of the
 * order, stream, the eight amounts of engine/data/augmentBatch.ts, and the splines of all columns, which are those of rows.
 */
export function augmentBatch(args: usize, part: i32, own: usize): void {
  const state = <usize>arg(args, 5);
  const batch = arg(args, 8);
  const piece = arg(args, 9);
  const size = arg(args, 10);
  const channels = arg(args, 11);
  const words = arg(args, 12);
  const count = arg(args, 13);
  const length = <i64>arg(args, 14);
  const stream = arg(args, 15);
  const limits = args + 16 * 4;
  const cursor = <i64>load<i32>(<usize>arg(args, 3));
  const plane = size * size;
  const pixels = channels * plane;
  const splines = limits + AMOUNTS;
  const short = isShort(load<i32>(limits, 16));

  // The thread's own memory; engine/devices/wasm/kernels/batches.ts counts the same.
  const line = lineBytes(size);
  const stride = frameStride(size);
  const frame = stride * <usize>(size + 3);
  const constants = own + KEYS;
  const drawn = constants + CONSTANTS;
  const points = drawn + WORD_BYTES;
  const elastic = points + POINT_BYTES;
  const plain = elastic + <usize>POINTS * line;
  const pairs = plain + frame;
  layKeys(own, load<i32>(state), load<i32>(state, 4));
  memory.fill(plain, 0, frame);
  // Black less 128.
  memory.fill(pairs, 128, 2 * frame);
  const first = firstOf(plain, stride);
  const firstPair = pairs + 2 * (first - plain);
  layConstants(constants, firstPair - 2 * stride - 2, 2 * <i32>stride, size);

  const end = min(batch, (part + 1) * piece);
  for (let i = part * piece; i < end; i++) {
    // A cursor below 0 names no place of the order.
    const place = <i32>((cursor + i) % length);
    const j = place < 0 ? -1 : load<i32>(<usize>arg(args, 2) + (<usize>place << 2));
    const isInside = j >= 0 && j < count;
    const label = isInside ? load<i32>(<usize>arg(args, 1) + (<usize>j << 2)) : 0;
    store<i32>(<usize>arg(args, 7) + (<usize>i << 2), label);
    let x = <usize>arg(args, 6) + (<usize>(i * pixels) << 2);
    if (!isInside) {
      memory.fill(x, 0, <usize>pixels << 2);
      continue;
    }
    for (let block = 0; block < 16; block += 4) {
      drawBlocks(drawn + (<usize>block << 4), own, block, stream, load<i32>(state, 8), place);
    }
    makeDistortion(drawn, points, size, limits);
    if (short) interpolateRows<i16>(points, splines, size, elastic, line);
    else interpolateRows<i32>(points, splines, size, elastic, line);
    let from = <usize>arg(args, 0) + (<usize>(j * words) << 2);
    let levels = <usize>arg(args, 4);
    for (let channel = 0; channel < channels; channel++, levels += LEVELS, x += <usize>plane << 2) {
      frameImage(from, first, size, stride);
      from += plane;
      changeStroke(first, firstPair, size, stride, stroke);
      if (short) sample<i16>(constants, size, elastic, line, splines, levels, x);
      else sample<i32>(constants, size, elastic, line, splines, levels, x);
      eraseBox(x, size, load<f32>(levels));
    }
  }
}
