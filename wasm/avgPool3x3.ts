// The means of windows of 3×3, as windows3x3.ts has them: strips of four columns of windows are walked down, and of each row
// of the image the sums of three neighbours are made once, for all rows of windows that see it. In double precision as in
// avgPool.ts, whose arguments these are.
import { arg } from './args';
import { INVERSES, inverse, layInverses, ZEROS } from './inverses3';
import { promoteHigh, rounded } from './simd';
import { kept, lanes, tapOf } from './windows3x3';

/** In the thread's memory: the inverses of four columns. */
const LANES = INVERSES + 32;

export function avgPool3x3(args: usize, image: usize, y: usize, own: usize): void {
  layInverses(own);
  strips(args, image, y, own);
}

// @ts-ignore: decorator
@inline
function strips(args: usize, image: usize, y: usize, own: usize): void {
  const stride = arg(args, 10);
  const height = arg(args, 4);
  const width = arg(args, 5);
  const outWidth = arg(args, 7);
  const down = <usize>width << 2;
  const line = <usize>outWidth << 2;
  const top = -arg(args, 12);
  const rows = (arg(args, 6) - 1) * stride + 3;
  const right = arg(args, 17);
  const bottom = arg(args, 16);
  const counts = arg(args, 18);
  const zero = f64x2.splat(0);
  for (let next = 0; next < outWidth; next += 4) {
    // The last four begin earlier, and so some are made again, where they would reach past the end.
    const j = min(next, outWidth - 4);
    const left = j * stride - arg(args, 13);
    const first = kept(lanes(-left, 4), own + ZEROS);
    const last = kept(lanes(0, left + 3 * stride + 2 < width ? 4 : 3), own + ZEROS);
    for (let lane = 0; lane < 4; lane++) {
      const column = inverse(own, left + lane * stride, width, right, counts);
      store<f64>(own + LANES + (<usize>lane << 3), load<f64>(column));
    }
    const low = v128.load(own, LANES);
    const high = v128.load(own, LANES + 16);
    let at = image + (<usize>(top * width + left) << 2);
    let to = y + (<usize>j << 2);
    // The sums of the row before, and of all before of the window that ends next.
    let rowLow = zero;
    let rowHigh = zero;
    let sumLow = zero;
    let sumHigh = zero;
    for (let r = 0; r < rows; r++, at += down) {
      const here = <u32>(top + r) < <u32>height ? at : own;
      let x0: v128, x1: v128, x2: v128;
      if (stride == 1) {
        x0 = tapOf<u8>(here, 0);
        x1 = tapOf<u8>(here, 1);
        x2 = tapOf<u8>(here, 2);
      } else {
        x0 = tapOf<u16>(here, 0);
        x1 = tapOf<u16>(here, 1);
        x2 = tapOf<u16>(here, 2);
      }
      x0 = v128.and(x0, first);
      x2 = v128.and(x2, last);
      const l = f64x2.add(f64x2.add(f64x2.promote_low_f32x4(x0), f64x2.promote_low_f32x4(x1)), f64x2.promote_low_f32x4(x2));
      const h = f64x2.add(f64x2.add(promoteHigh(x0), promoteHigh(x1)), promoteHigh(x2));
      if (r >= 2 && !(r & (stride - 1))) {
        const factor = v128.load64_splat(inverse(own, top + r - 2, height, bottom, counts));
        const meanLow = f64x2.mul(f64x2.add(sumLow, l), f64x2.mul(low, factor));
        const meanHigh = f64x2.mul(f64x2.add(sumHigh, h), f64x2.mul(high, factor));
        // −0 becomes 0, as in a sum that begins with it.
        v128.store(to, f32x4.add(rounded(meanLow, meanHigh), f32x4.splat(0)));
        to += line;
      }
      sumLow = f64x2.add(rowLow, l);
      sumHigh = f64x2.add(rowHigh, h);
      rowLow = l;
      rowHigh = h;
    }
  }
}
