// The way back from means of 3×3, two apart, as pairs3x3.ts has it: of a row of windows what each sends, and what it sends with the
// one before it, are made once for three rows of pixels. In double precision as in avgPoolGrad.ts, whose arguments these are.
import { arg } from './args';
import { INVERSES, inverse, layInverses, ZEROS } from './inverses3';
import { pairsOf, storePairs, windowsFrom } from './pairs3x3';
import { promoteHigh, rounded } from './simd';
import { kept } from './windows3x3';

/** In the thread's memory: the inverses of the columns of five windows. */
const COLUMNS = INVERSES + 32;

export function avgPoolGrad3x3(args: usize, g: usize, dx: usize, own: usize): void {
  const height = arg(args, 4);
  const width = arg(args, 5);
  const outHeight = arg(args, 6);
  const outWidth = arg(args, 7);
  const left = arg(args, 13);
  const counts = arg(args, 18);
  const down = <usize>width << 2;
  const line = <usize>outWidth << 2;
  const right = arg(args, 17);
  const bottom = arg(args, 16);
  const zero = f64x2.splat(0);
  layInverses(own);
  const pairs = pairsOf(width, left);
  for (let next = 0; next < pairs; next += 4) {
    // The last four begin earlier, and so some are made again, where they would reach past the end.
    const j = min(next, pairs - 4);
    const x = 2 * j - left;
    const isFirst = x < 0;
    const isLast = x + 7 >= width;
    const here = kept(windowsFrom(j, outWidth), own + ZEROS);
    const before = kept(windowsFrom(j - 1, outWidth), own + ZEROS);
    for (let lane = 0; lane < 5; lane++) {
      // A window that there is not sends 0 times the factor of one that there is.
      const window = max(0, min(j - 1 + lane, outWidth - 1));
      const column = inverse(own, 2 * window - left, width, right, counts);
      store<f64>(own + COLUMNS + (<usize>lane << 3), load<f64>(column));
    }
    let y = -arg(args, 12);
    let to = dx + (<usize>(y * width + x) << 2);
    // The window before these.
    let from = g + (<usize>(j - 1) << 2);
    const end = from + line * <usize>outHeight;
    // What the row of windows above sends to the next row of pixels.
    let oddLow = zero;
    let oddHigh = zero;
    let evenLow = zero;
    let evenHigh = zero;
    let known: usize = 0;
    let f0 = zero;
    let f1 = zero;
    let f2 = zero;
    let f3 = zero;
    for (; y < height; y += 2, from += line) {
      const at = from == end ? own : from;
      const b = v128.and(v128.load(at), before);
      const a = v128.and(v128.load(at, 4), here);
      const row = inverse(own, from == end ? 0 : y, height, bottom, counts);
      if (row != known) {
        known = row;
        const factor = v128.load64_splat(row);
        f0 = f64x2.mul(factor, v128.load(own, COLUMNS + 8));
        f1 = f64x2.mul(factor, v128.load(own, COLUMNS + 24));
        f2 = f64x2.mul(factor, v128.load(own, COLUMNS));
        f3 = f64x2.mul(factor, v128.load(own, COLUMNS + 16));
      }
      // −0 becomes 0, as in a sum that begins with it.
      const low = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(a), f0), zero);
      const high = f64x2.add(f64x2.mul(promoteHigh(a), f1), zero);
      const bothLow = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(b), f2), low);
      const bothHigh = f64x2.add(f64x2.mul(promoteHigh(b), f3), high);
      if (y >= 0) {
        const even = rounded(f64x2.add(evenLow, bothLow), f64x2.add(evenHigh, bothHigh));
        storePairs(to, even, rounded(f64x2.add(oddLow, low), f64x2.add(oddHigh, high)), isFirst, isLast);
      }
      to += down;
      if (y + 1 < height) storePairs(to, rounded(bothLow, bothHigh), rounded(low, high), isFirst, isLast);
      to += down;
      evenLow = bothLow;
      evenHigh = bothHigh;
      oddLow = low;
      oddHigh = high;
    }
  }
}
