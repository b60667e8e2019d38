// The gradient of the input of a depthwise layer with windows of 3×3, two apart, as pairs3x3.ts has them.
import { arg } from './args';
import { pairsOf, storePairs, windowsFrom } from './pairs3x3';
import { madd } from './simd';
import { kept } from './windows3x3';

/** Bytes of zeros in the thread's memory: what five windows of a row read that there is not. */
const ZEROS = 32;

/**
 * dx[n,c,y,x] = Σ g[n,c,i,j]·w[c,u,v] over 2i + u = y + top, 2j + v = x + left. A part is some planes. Arguments: g, w, dx,
 * planes, planes of a part, channels, height and width of the image, those of g, top, left: rows and columns before the image, 0 or 1.
 */
export function depthwiseInputGrad(args: usize, part: i32, own: usize): void {
  const piece = arg(args, 4);
  const channels = arg(args, 5);
  const pixels = <usize>(arg(args, 6) * arg(args, 7)) << 2;
  const windows = <usize>(arg(args, 8) * arg(args, 9)) << 2;
  const end = min(arg(args, 3), (part + 1) * piece);
  memory.fill(own, 0, ZEROS);
  for (let plane = part * piece; plane < end; plane++) {
    const w = <usize>arg(args, 1) + <usize>((plane % channels) * 36);
    strips(args, <usize>arg(args, 0) + <usize>plane * windows, w, <usize>arg(args, 2) + <usize>plane * pixels, own);
  }
}

function strips(args: usize, g: usize, w: usize, dx: usize, own: usize): void {
  const height = arg(args, 6);
  const width = arg(args, 7);
  const outHeight = arg(args, 8);
  const outWidth = arg(args, 9);
  const left = arg(args, 11);
  const down = <usize>width << 2;
  const line = <usize>outWidth << 2;
  const w0 = v128.load32_splat(w);
  const w1 = v128.load32_splat(w, 4);
  const w2 = v128.load32_splat(w, 8);
  const w3 = v128.load32_splat(w, 12);
  const w4 = v128.load32_splat(w, 16);
  const w5 = v128.load32_splat(w, 20);
  const w6 = v128.load32_splat(w, 24);
  const w7 = v128.load32_splat(w, 28);
  const w8 = v128.load32_splat(w, 32);
  const pairs = pairsOf(width, left);
  for (let next = 0; next < pairs; next += 4) {
    // The last four begin earlier, and so some are made again, where they would reach past the end.
    const j = min(next, pairs - 4);
    const x = 2 * j - left;
    const isFirst = x < 0;
    const isLast = x + 7 >= width;
    const here = kept(windowsFrom(j, outWidth), own + ZEROS);
    const before = kept(windowsFrom(j - 1, outWidth), own + ZEROS);
    // The window before these.
    let from = g + (<usize>(j - 1) << 2);
    const bottom = from + line * <usize>outHeight;
    let y = -arg(args, 10);
    let to = dx + (<usize>(y * width + x) << 2);
    // What the row of windows above sends to the next row of pixels.
    let even = f32x4.splat(0);
    let odd = even;
    for (; y < height; y += 2, from += line) {
      const at = from == bottom ? own : from;
      const b = v128.and(v128.load(at), before);
      const a = v128.and(v128.load(at, 4), here);
      if (y >= 0) storePairs(to, madd(b, w2, madd(a, w0, even)), madd(a, w1, odd), isFirst, isLast);
      to += down;
      if (y + 1 < height) storePairs(to, madd(b, w5, f32x4.mul(a, w3)), f32x4.mul(a, w4), isFirst, isLast);
      to += down;
      even = madd(b, w8, f32x4.mul(a, w6));
      odd = f32x4.mul(a, w7);
    }
  }
}
