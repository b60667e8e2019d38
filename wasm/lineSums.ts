import { madd } from './simd';
import { laneSums } from './tile';

/** Taps that are summed at once: a window of 3×3 has nearly two times as many, and one of 5×5 five times. */
const TAPS = 5;

/** x·y + c of the first lanes alone where `mask` is set: those past the end may hold anything, NaN too. */
// @ts-ignore: decorator
@inline
function maskedMadd(s: v128, at: usize, mask: v128, c: v128): v128 {
  return madd(s, v128.and(v128.load(at), mask), c);
}

/**
 * The sums of one filter's gradient: to[t] += Σᵢ g[i]·x[t,i], where row t of x begins at x + steps[t] and sums lie 16 bytes
 * apart, as those of four filters do.
 *
 * @param own memory for 8 floats
 */
export function lineSums(
  g: usize, x: usize, steps: usize, taps: i32, length: i32, to: usize, isFirst: bool, own: usize,
): void {
  const mask = i32x4.gt_s(i32x4.splat(length & 3), i32x4(0, 1, 2, 3));
  for (let tap = 0; tap < taps; tap += TAPS) {
    // Past the last tap that one is summed again.
    const left = taps - 1 - tap;
    const first = steps + (<usize>tap << 2);
    let b0 = x + load<u32>(first);
    let b1 = x + load<u32>(first + (<usize>min(1, left) << 2));
    let b2 = x + load<u32>(first + (<usize>min(2, left) << 2));
    let b3 = x + load<u32>(first + (<usize>min(3, left) << 2));
    let b4 = x + load<u32>(first + (<usize>min(4, left) << 2));
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    let c4 = c0;
    let a = g;
    for (const end = g + <usize>(length & ~3) * 4; a < end; a += 16) {
      const s = v128.load(a);
      c0 = madd(s, v128.load(b0), c0);
      c1 = madd(s, v128.load(b1), c1);
      c2 = madd(s, v128.load(b2), c2);
      c3 = madd(s, v128.load(b3), c3);
      c4 = madd(s, v128.load(b4), c4);
      b0 += 16;
      b1 += 16;
      b2 += 16;
      b3 += 16;
      b4 += 16;
    }
    if (length & 3) {
      const s = v128.and(v128.load(a), mask);
      c0 = maskedMadd(s, b0, mask, c0);
      c1 = maskedMadd(s, b1, mask, c1);
      c2 = maskedMadd(s, b2, mask, c2);
      c3 = maskedMadd(s, b3, mask, c3);
      c4 = maskedMadd(s, b4, mask, c4);
    }
    v128.store(own, laneSums(c0, c1, c2, c3));
    v128.store(own, laneSums(c4, c4, c4, c4), 16);
    for (let t = 0; t < min(TAPS, taps - tap); t++, to += 16) {
      const sum = load<f32>(own + (<usize>t << 2));
      store<f32>(to, isFirst ? sum : load<f32>(to) + sum);
    }
  }
}
