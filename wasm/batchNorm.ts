// Batch normalisation, a channel at a time: its sums, and at once what is made with them, while the channel is still in the
// cache. Forwards, sums are carried in double precision; backwards in blocks of 128 floats, which are added as doubles.
// Arguments after the operands: images, channels, pixels of a plane, channels of one part (of `normalise`: planes), eps,
// and 1 where relu follows, else 0.
import { arg, floatArg } from './args';
import { across, promoteHigh, storeFirst } from './simd';

/** What lies below all numbers that are kept: 0 for relu, else nothing. */
// @ts-ignore: decorator
@inline
function floorOf(relu: i32): v128 {
  return f32x4.splat(relu ? <f32>0 : -f32.POSITIVE_INFINITY);
}

/** Number `i` of a list of floats. */
// @ts-ignore: decorator
@inline
function at(list: usize, i: i32): usize {
  return list + (<usize>i << 2);
}

/** y = max((x − mean)·scale + shift, floor) for a plane. */
// @ts-ignore: decorator
@inline
function normalisePlane(
  x: usize, y: usize, pixels: i32, mean: v128, scale: v128, shift: v128, floor: v128,
): void {
  const rest = pixels & 3;
  const end = x + (<usize>(pixels - rest) << 2);
  for (; x < end; x += 16, y += 16) {
    const value = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), mean), scale), shift);
    v128.store(y, f32x4.max(value, floor));
  }
  if (rest) {
    const value = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), mean), scale), shift);
    storeFirst(y, f32x4.max(value, floor), rest);
  }
}

/** Operands: x, mean, variance, weight, bias, y. */
export function normalise(args: usize, part: i32, own: usize): void {
  const channels = arg(args, 7);
  const pixels = arg(args, 8);
  const piece = arg(args, 9);
  const eps = <f64>floatArg(args, 10);
  const floor = floorOf(arg(args, 11));
  const end = min(arg(args, 6) * channels, (part + 1) * piece);
  for (let plane = part * piece; plane < end; plane++) {
    const c = plane % channels;
    const r = 1 / sqrt(<f64>load<f32>(at(arg(args, 2), c)) + eps);
    const scale = v128.splat<f32>(<f32>(<f64>load<f32>(at(arg(args, 3), c)) * r));
    const mean = v128.load32_splat(at(arg(args, 1), c));
    const shift = v128.load32_splat(at(arg(args, 4), c));
    const start = plane * pixels;
    normalisePlane(at(arg(args, 0), start), at(arg(args, 5), start), pixels, mean, scale, shift, floor);
  }
}

/** Operands: x, weight, bias, y, mean, variance. The sums are of differences from the channel's first number. */
export function batchNorm(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 3);
  const images = arg(args, 6);
  const channels = arg(args, 7);
  const pixels = arg(args, 8);
  const piece = arg(args, 9);
  const eps = <f64>floatArg(args, 10);
  const floor = floorOf(arg(args, 11));
  const count = <f64>images * <f64>pixels;
  const even = pixels & ~3;
  const stride = <usize>(channels * pixels) << 2;
  const end = min(channels, (part + 1) * piece);
  for (let c = part * piece; c < end; c++) {
    const start = at(x, c * pixels);
    let first = <f64>load<f32>(start);
    if (!(abs(first) < f64.POSITIVE_INFINITY)) first = 0;
    const firsts = f64x2.splat(first);
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let aa = f64x2.splat(0);
    let bb = f64x2.splat(0);
    let plane = start;
    for (let n = 0; n < images; n++, plane += stride) {
      const last = at(plane, even);
      let from = plane;
      for (; from < last; from += 16) {
        const four = v128.load(from);
        const low = f64x2.sub(f64x2.promote_low_f32x4(four), firsts);
        const high = f64x2.sub(promoteHigh(four), firsts);
        a = f64x2.add(a, low);
        b = f64x2.add(b, high);
        aa = f64x2.add(aa, f64x2.mul(low, low));
        bb = f64x2.add(bb, f64x2.mul(high, high));
      }
      for (let i = even; i < pixels; i++, from += 4) {
        const one = f64x2.replace_lane(f64x2.splat(0), 0, <f64>load<f32>(from) - first);
        a = f64x2.add(a, one);
        aa = f64x2.add(aa, f64x2.mul(one, one));
      }
    }
    const away = across(f64x2.add(a, b)) / count;
    const mean = first + away;
    const variance = max<f64>(across(f64x2.add(aa, bb)) / count - away * away, 0);
    store<f32>(at(arg(args, 4), c), <f32>mean);
    store<f32>(at(arg(args, 5), c), <f32>variance);
    const scale = <f64>load<f32>(at(arg(args, 1), c)) / sqrt(variance + eps);
    // What a float leaves of the mean, which counts where that is large, comes off with the shift.
    const shift = <f64>load<f32>(at(arg(args, 2), c)) - (mean - <f64><f32>mean) * scale;
    const means = f32x4.splat(<f32>mean);
    const scales = f32x4.splat(<f32>scale);
    const shifts = f32x4.splat(<f32>shift);
    plane = start;
    for (let n = 0; n < images; n++, plane += stride)
      normalisePlane(plane, y + (plane - x), pixels, means, scales, shifts, floor);
  }
}

/** Floats in a block: each lane adds up an eighth of them. */
const BLOCK: i32 = 128;

/** g where what was normalised is kept, else 0. */
// @ts-ignore: decorator
@inline
function passed(g: v128, centred: v128, scale: v128, shift: v128, always: v128): v128 {
  const value = f32x4.add(f32x4.mul(centred, scale), shift);
  return v128.and(g, v128.or(always, f32x4.gt(value, f32x4.splat(0))));
}

/** The first `count` of four numbers, 1 to 3, and zeros. */
// @ts-ignore: decorator
@inline
function firstOf(v: v128, count: i32): v128 {
  return v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
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
  const eps = <f64>floatArg(args, 13);
  const relu = arg(args, 14);
  const always = i32x4.splat(relu ? 0 : -1);
  const rest = pixels & 3;
  const even = pixels - rest;
  const stride = <usize>(channels * pixels) << 2;
  const end = min(channels, (part + 1) * piece);
  for (let c = part * piece; c < end; c++) {
    const r = 1 / sqrt(<f64>load<f32>(at(arg(args, 3), c)) + eps);
    const scale = <f64>load<f32>(at(arg(args, 4), c)) * r;
    const scales = f32x4.splat(<f32>scale);
    const means = v128.load32_splat(at(arg(args, 2), c));
    const shifts = v128.load32_splat(at(arg(args, 5), c));
    const start = at(x, c * pixels);
    let total = f64x2.splat(0);
    let weighed = f64x2.splat(0);
    let plane = start;
    for (let n = 0; n < images; n++, plane += stride) {
      const last = at(plane, even);
      let from = plane;
      while (from < last) {
        const stop = min(last, from + (<usize>BLOCK << 2));
        let a = f32x4.splat(0);
        let b = f32x4.splat(0);
        for (; from < stop; from += 16) {
          const centred = f32x4.sub(v128.load(from), means);
          const h = passed(v128.load(from + toG), centred, scales, shifts, always);
          a = f32x4.add(a, h);
          b = f32x4.add(b, f32x4.mul(h, centred));
        }
        total = f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(a), promoteHigh(a)));
        weighed = f64x2.add(weighed, f64x2.add(f64x2.promote_low_f32x4(b), promoteHigh(b)));
      }
      if (rest) {
        const centred = f32x4.sub(v128.load(from), means);
        const h = firstOf(passed(v128.load(from + toG), centred, scales, shifts, always), rest);
        const b = firstOf(f32x4.mul(h, centred), rest);
        total = f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(h), promoteHigh(h)));
        weighed = f64x2.add(weighed, f64x2.add(f64x2.promote_low_f32x4(b), promoteHigh(b)));
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
      const last = at(plane, even);
      let from = plane;
      for (; from < last; from += 16) {
        const centred = f32x4.sub(v128.load(from), means);
        const h = passed(v128.load(from + toG), centred, scales, shifts, always);
        const back = f32x4.add(base, f32x4.mul(centred, slope));
        v128.store(from + toDx, f32x4.sub(f32x4.mul(scales, h), back));
      }
      if (rest) {
        const centred = f32x4.sub(v128.load(from), means);
        const h = passed(v128.load(from + toG), centred, scales, shifts, always);
        const back = f32x4.add(base, f32x4.mul(centred, slope));
        storeFirst(from + toDx, f32x4.sub(f32x4.mul(scales, h), back), rest);
      }
    }
  }
}

/** Operands: mean, variance, runningMean, runningVariance. Then: channels, channels of one part, momentum, count/(count − 1). */
export function runningStatistics(args: usize, part: i32, own: usize): void {
  const channels = arg(args, 4);
  const piece = arg(args, 5);
  const momentum = floatArg(args, 6);
  const unbiased = floatArg(args, 7);
  const end = min(channels, (part + 1) * piece);
  for (let c = part * piece; c < end; c++) {
    const mean = at(arg(args, 2), c);
    const variance = at(arg(args, 3), c);
    const now = load<f32>(at(arg(args, 1), c)) * unbiased;
    store<f32>(mean, load<f32>(mean) + momentum * (load<f32>(at(arg(args, 0), c)) - load<f32>(mean)));
    store<f32>(variance, load<f32>(variance) + momentum * (now - load<f32>(variance)));
  }
}
