// The way back from a normalised batch, a channel at a time as in batchNorm.ts, with the same arguments after the operands.
import { arg, floatArg } from './args';
import { BLOCK, PAIR, at, endOfPairs, maskOfRest, plus, valueAt } from './channels';
import { across, madd, storeFirst } from './simd';

/** g where what was normalised is kept, else 0: where `always` says so, or it is above 0. */
// @ts-ignore: decorator
@inline
function passed(g: v128, centred: v128, scale: v128, shift: v128, always: v128): v128 {
  return v128.and(g, v128.or(always, f32x4.gt(madd(centred, scale, shift), f32x4.splat(0))));
}

/** scale·h − (base + slope·(x − mean)). */
// @ts-ignore: decorator
@inline
function sentBack(h: v128, centred: v128, scale: v128, base: v128, slope: v128): v128 {
  return f32x4.sub(f32x4.mul(scale, h), madd(centred, slope, base));
}

/**
 * dx = scale·(h − (dbias + z·dweight)/count) with h = g where it passed and z = (x − mean)·r. Operands: g, x, mean, variance,
 * weight, bias, dx, dweight, dbias; where no relu follows, any list for the bias.
 */
export function batchNormGrad(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 1);
  const toG = <usize>arg(args, 0) - x;
  const toDx = <usize>arg(args, 6) - x;
  const images = arg(args, 9);
  const channels = arg(args, 10);
  const pixels = arg(args, 11);
  const piece = arg(args, 12);
  const always = i32x4.splat(arg(args, 14) ? 0 : -1);
  const mask = maskOfRest(pixels);
  const stride = <usize>(channels * pixels) << 2;
  const end = min(channels, (part + 1) * piece);
  for (let c = part * piece; c < end; c++) {
    const r = 1 / sqrt(valueAt(arg(args, 3), c) + <f64>floatArg(args, 13));
    const scale = valueAt(arg(args, 4), c) * r;
    const scales = f32x4.splat(<f32>scale);
    const means = v128.load32_splat(at(arg(args, 2), c));
    const shifts = v128.load32_splat(at(arg(args, 5), c));
    const start = at(x, c * pixels);
    let total = f64x2.splat(0);
    let weighed = f64x2.splat(0);
    let plane = start;
    for (let n = 0; n < images; n++, plane += stride) {
      const pairs = endOfPairs(plane, pixels);
      const last = at(plane, pixels);
      for (let from = plane; from < last; ) {
        const stop = min(pairs, from + BLOCK);
        let a = f32x4.splat(0);
        let b = f32x4.splat(0);
        let wa = f32x4.splat(0);
        let wb = f32x4.splat(0);
        for (; from < stop; from += PAIR) {
          const low = f32x4.sub(v128.load(from), means);
          const high = f32x4.sub(v128.load(from, 16), means);
          const lowG = passed(v128.load(from + toG), low, scales, shifts, always);
          const highG = passed(v128.load(from + toG, 16), high, scales, shifts, always);
          a = f32x4.add(a, lowG);
          b = f32x4.add(b, highG);
          wa = madd(lowG, low, wa);
          wb = madd(highG, high, wb);
        }
        if (from == pairs) {
          for (; from + 16 <= last; from += 16) {
            const four = f32x4.sub(v128.load(from), means);
            const h = passed(v128.load(from + toG), four, scales, shifts, always);
            a = f32x4.add(a, h);
            wa = madd(h, four, wa);
          }
          if (from < last) {
            const four = f32x4.sub(v128.load(from), means);
            const h = v128.and(passed(v128.load(from + toG), four, scales, shifts, always), mask);
            b = f32x4.add(b, h);
            wb = madd(h, v128.and(four, mask), wb);
          }
          from = last;
        }
        total = plus(total, a, b);
        weighed = plus(weighed, wa, wb);
      }
    }
    const dbias = across(total);
    const dweight = across(weighed) * r;
    store<f32>(at(arg(args, 7), c), <f32>dweight);
    store<f32>(at(arg(args, 8), c), <f32>dbias);
    const share = scale / (<f64>images * <f64>pixels);
    const base = f32x4.splat(<f32>(share * dbias));
    const slope = f32x4.splat(<f32>(share * r * dweight));
    plane = start;
    for (let n = 0; n < images; n++, plane += stride) {
      const pairs = endOfPairs(plane, pixels);
      const last = at(plane, pixels);
      let from = plane;
      for (; from < pairs; from += PAIR) {
        const low = f32x4.sub(v128.load(from), means);
        const high = f32x4.sub(v128.load(from, 16), means);
        const lowG = passed(v128.load(from + toG), low, scales, shifts, always);
        const highG = passed(v128.load(from + toG, 16), high, scales, shifts, always);
        v128.store(from + toDx, sentBack(lowG, low, scales, base, slope));
        v128.store(from + toDx, sentBack(highG, high, scales, base, slope), 16);
      }
      for (; from + 16 <= last; from += 16) {
        const four = f32x4.sub(v128.load(from), means);
        const h = passed(v128.load(from + toG), four, scales, shifts, always);
        v128.store(from + toDx, sentBack(h, four, scales, base, slope));
      }
      if (from < last) {
        const four = f32x4.sub(v128.load(from), means);
        const h = passed(v128.load(from + toG), four, scales, shifts, always);
        storeFirst(from + toDx, sentBack(h, four, scales, base, slope), pixels & 3);
      }
    }
  }
}
