// The maximum of each window and its place, and the way back. The windows of nearly all networks, 2×2 and
// side by side, have kernels of their own: four windows at a time. Those of any others are in maxPoolWindows.ts.
// Arguments after the operands, for all but `maxPool2dPick`: planes, planes of one part, height and width of
// the image, height and width of the pooled one, and for any window: its height and width, stride, top and
// left padding, dilation.
import { arg } from './args';
import { endBeginning, firstReaching, storeSums } from './bandSums';
import { wins } from './simd';

/** Of eight neighbours those at even places, 0, or at odd ones, 1. */
// @ts-ignore: decorator
@inline
function every2nd(from: usize, parity: i32): v128 {
  const low = v128.load(from);
  const high = v128.load(from, 16);
  return parity
    ? v128.shuffle<f32>(low, high, 1, 3, 5, 7)
    : v128.shuffle<f32>(low, high, 0, 2, 4, 6);
}

/**
 * y[i,j] = max of x[2i…2i+1, 2j…2j+1]; at least four windows in a row. Arguments: x, y, place. The last four
 * of a row may have been written before: they come out the same.
 */
export function maxPool2x2(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 3);
  const piece = arg(args, 4);
  const height = arg(args, 5);
  const width = arg(args, 6);
  const outHeight = arg(args, 7);
  const outWidth = arg(args, 8);
  const rowBytes = <usize>width << 2;
  const first = part * piece;
  const end = min(planes, first + piece);
  let to = <usize>(first * outHeight * outWidth) << 2;
  const y = <usize>arg(args, 1);
  const place = <usize>arg(args, 2);
  const steps = i32x4(0, 2, 4, 6);
  for (let plane = first; plane < end; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * height * width) << 2);
    for (let i = 0; i < outHeight; i++) {
      const above = image + <usize>(2 * i) * rowBytes;
      const corner = i32x4.add(i32x4.splat(2 * i * width), steps);
      for (let next = 0; next < outWidth; next += 4) {
        const j = min(next, outWidth - 4);
        const from = above + (<usize>j << 3);
        const at = i32x4.add(corner, i32x4.splat(2 * j));
        let best = every2nd(from, 0);
        let value = every2nd(from, 1);
        let isNew = wins(value, best);
        let offset = v128.and(isNew, i32x4.splat(1));
        best = v128.bitselect(value, best, isNew);
        value = every2nd(from + rowBytes, 0);
        isNew = wins(value, best);
        offset = v128.bitselect(i32x4.splat(width), offset, isNew);
        best = v128.bitselect(value, best, isNew);
        value = every2nd(from + rowBytes, 1);
        isNew = wins(value, best);
        offset = v128.bitselect(i32x4.splat(width + 1), offset, isNew);
        best = v128.bitselect(value, best, isNew);
        v128.store(y + to + (<usize>j << 2), best);
        v128.store(place + to + (<usize>j << 2), i32x4.add(at, offset));
      }
      to += <usize>outWidth << 2;
    }
  }
}

/** g for the windows that have their maximum `here`, counted from their corner, else 0. */
// @ts-ignore: decorator
@inline
function sent(g: v128, place: v128, here: i32): v128 {
  return v128.and(g, i32x4.eq(place, i32x4.splat(here)));
}

/**
 * dx[place[i,j]] = g[i,j], 0 elsewhere; at least four windows in a row. Arguments: g, place, dx. Writes each
 * row of the image once, rows and columns that no window holds too.
 */
export function maxPool2x2Grad(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 3);
  const piece = arg(args, 4);
  const height = arg(args, 5);
  const width = arg(args, 6);
  const outHeight = arg(args, 7);
  const outWidth = arg(args, 8);
  const rowBytes = <usize>width << 2;
  const first = part * piece;
  const end = min(planes, first + piece);
  let from = <usize>(first * outHeight * outWidth) << 2;
  const g = <usize>arg(args, 0);
  const place = <usize>arg(args, 1);
  const steps = i32x4(0, 2, 4, 6);
  const covered = <usize>(2 * outWidth) << 2;
  for (let plane = first; plane < end; plane++) {
    const image = <usize>arg(args, 2) + (<usize>(plane * height * width) << 2);
    for (let i = 0; i < outHeight; i++) {
      const above = image + <usize>(2 * i) * rowBytes;
      const below = above + rowBytes;
      const row = i32x4.add(i32x4.splat(2 * i * width), steps);
      for (let next = 0; next < outWidth; next += 4) {
        const j = min(next, outWidth - 4);
        // −0 becomes 0, as in a sum.
        const values = f32x4.add(v128.load(g + from + (<usize>j << 2)), f32x4.splat(0));
        const corner = i32x4.add(row, i32x4.splat(2 * j));
        const places = i32x4.sub(v128.load(place + from + (<usize>j << 2)), corner);
        const to = <usize>j << 3;
        let even = sent(values, places, 0);
        let odd = sent(values, places, 1);
        v128.store(above + to, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
        v128.store(above + to, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
        even = sent(values, places, width);
        odd = sent(values, places, width + 1);
        v128.store(below + to, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
        v128.store(below + to, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
      }
      if (covered < rowBytes) {
        memory.fill(above + covered, 0, rowBytes - covered);
        memory.fill(below + covered, 0, rowBytes - covered);
      }
      from += <usize>outWidth << 2;
    }
    const rest = height - 2 * outHeight;
    if (rest > 0) memory.fill(image + <usize>(2 * outHeight) * rowBytes, 0, <usize>rest * rowBytes);
  }
}

/** Adds what one window sends to one of the sums; nothing where its place is not among them, or −1. */
// @ts-ignore: decorator
@inline
function send(sums: usize, place: i32, count: i32, g: usize): void {
  if (<u32>place >= <u32>count) return;
  const to = sums + (<usize>place << 3);
  store<f64>(to, load<f64>(to) + <f64>load<f32>(g));
}

/** The same for any window: where they overlap, sums, in the order of the windows. At the end the rows of a band. */
export function maxPool2dGrad(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 3);
  const piece = arg(args, 4);
  const height = arg(args, 5);
  const width = arg(args, 6);
  const outHeight = arg(args, 7);
  const outWidth = arg(args, 8);
  const kernelHeight = arg(args, 9);
  const strideDown = arg(args, 11);
  const paddingTop = arg(args, 13);
  const dilationDown = arg(args, 15);
  const band = arg(args, 17);
  const first = part * piece;
  const end = min(planes, first + piece);
  for (let plane = first; plane < end; plane++) {
    const pooled = <usize>(plane * outHeight * outWidth) << 2;
    const g = <usize>arg(args, 0) + pooled;
    const place = <usize>arg(args, 1) + pooled;
    const image = <usize>arg(args, 2) + (<usize>(plane * height * width) << 2);
    for (let start = 0; start < height; start += band) {
      const pixels = min(band, height - start) * width;
      memory.fill(own, 0, <usize>pixels << 3);
      const reaching = firstReaching(start, paddingTop, kernelHeight, dilationDown, strideDown);
      const endWindow = endBeginning(start + band, paddingTop, strideDown, outHeight);
      const end = place + (<usize>(endWindow * outWidth) << 2);
      const toG = g - place;
      const before = start * width;
      let at = place + (<usize>(reaching * outWidth) << 2);
      // Two a turn: a tenth faster.
      for (; at + 4 < end; at += 8) {
        send(own, load<i32>(at) - before, pixels, toG + at);
        send(own, load<i32>(at, 4) - before, pixels, toG + at + 4);
      }
      if (at < end) send(own, load<i32>(at) - before, pixels, toG + at);
      storeSums(own, pixels, image + (<usize>(start * width) << 2));
    }
  }
}

/**
 * y[i] = x[place[i]], 0 where the place is −1. Arguments: x, place, y, planes, planes of one part, pixels,
 * pooled pixels.
 */
export function maxPool2dPick(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 3);
  const piece = arg(args, 4);
  const pixels = arg(args, 5);
  const pooled = arg(args, 6);
  const first = part * piece;
  const end = min(planes, first + piece);
  let at = <usize>(first * pooled) << 2;
  const place = <usize>arg(args, 1);
  const y = <usize>arg(args, 2);
  for (let plane = first; plane < end; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * pixels) << 2);
    for (let i = 0; i < pooled; i++, at += 4) {
      const from = load<i32>(place + at);
      // Bits, so that any NaN stays as it is.
      store<i32>(y + at, from < 0 ? 0 : load<i32>(image + (<usize>from << 2)));
    }
  }
}
