// Batch normalisation, a channel at a time: its sums, and at once what is made with them, while the channel is still in the
// cache. Sums are made in blocks of 256 floats, 32 for each lane, which are added as doubles.
// Arguments after the operands: images, channels, pixels of a plane, channels of one part (of `normalise`: planes), eps,
// and 1 where relu follows, else 0.
import { arg, floatArg } from './args';
import { across, madd, promoteHigh, storeFirst } from './simd';

/** Bytes of a block, and of the two vectors that are taken together. */
const BLOCK: usize = 1024;
const PAIR: usize = 32;

/** The address of number `i` of a list of floats. */
// @ts-ignore: decorator
@inline
function at(list: usize, i: i32): usize {
  return list + (<usize>i << 2);
}

/** A number of a list in double precision. */
// @ts-ignore: decorator
@inline
function valueAt(list: usize, i: i32): f64 {
  return <f64>load<f32>(at(list, i));
}

/** Where the pairs of a plane end: what eight does not divide comes behind. */
// @ts-ignore: decorator
@inline
function endOfPairs(plane: usize, pixels: i32): usize {
  return at(plane, pixels & ~7);
}

/** All bits in the lanes that count in the last vector of a plane, where four does not divide its pixels. */
// @ts-ignore: decorator
@inline
function maskOfRest(pixels: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(pixels & 3));
}

/** Adds the four numbers of each of two vectors to two sums. */
// @ts-ignore: decorator
@inline
function plus(sum: v128, a: v128, b: v128): v128 {
  const four = f32x4.add(a, b);
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(four), promoteHigh(four)));
}

/** max((x − mean)·scale + shift, floor). */
// @ts-ignore: decorator
@inline
function normalised(x: v128, mean: v128, scale: v128, shift: v128, floor: v128): v128 {
  return f32x4.max(madd(f32x4.sub(x, mean), scale, shift), floor);
}

/** y = (x − mean)·scale + shift for a plane, or the larger of that and 0. */
// @ts-ignore: decorator
@inline
function normalisePlane(x: usize, y: usize, pixels: i32, mean: v128, scale: v128, shift: v128, relu: i32): void {
  const floor = f32x4.splat(relu ? <f32>0 : -f32.POSITIVE_INFINITY);
  const pairs = endOfPairs(x, pixels);
  const last = at(x, pixels);
  for (; x < pairs; x += PAIR, y += PAIR) {
    const low = normalised(v128.load(x), mean, scale, shift, floor);
    const high = normalised(v128.load(x, 16), mean, scale, shift, floor);
    v128.store(y, low);
    v128.store(y, high, 16);
  }
  for (; x + 16 <= last; x += 16, y += 16) v128.store(y, normalised(v128.load(x), mean, scale, shift, floor));
  // Past the end may be read, but not written.
  if (x < last) storeFirst(y, normalised(v128.load(x), mean, scale, shift, floor), pixels & 3);
}

/** Operands: x, mean, variance, weight, bias, y. */
export function normalise(args: usize, part: i32, own: usize): void {
  const channels = arg(args, 7);
  const pixels = arg(args, 8);
  const piece = arg(args, 9);
  const end = min(arg(args, 6) * channels, (part + 1) * piece);
  for (let plane = part * piece; plane < end; plane++) {
    const c = plane % channels;
    const scale = valueAt(arg(args, 3), c) / sqrt(valueAt(arg(args, 2), c) + <f64>floatArg(args, 10));
    const mean = v128.load32_splat(at(arg(args, 1), c));
    const shift = v128.load32_splat(at(arg(args, 4), c));
    const start = plane * pixels;
    const scales = f32x4.splat(<f32>scale);
    normalisePlane(at(arg(args, 0), start), at(arg(args, 5), start), pixels, mean, scales, shift, arg(args, 11));
  }
}

/**
 * Operands: x, weight, bias, y, mean, variance. The variance is that of differences from the mean, in a second pass, which
 * also mends the rounding of the first.
 */
export function batchNorm(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 3);
  const images = arg(args, 6);
  const channels = arg(args, 7);
  const pixels = arg(args, 8);
  const piece = arg(args, 9);
  const count = <f64>images * <f64>pixels;
  const mask = maskOfRest(pixels);
  const stride = <usize>(channels * pixels) << 2;
  const end = min(channels, (part + 1) * piece);
  for (let c = part * piece; c < end; c++) {
    const start = at(x, c * pixels);
    let total = f64x2.splat(0);
    let plane = start;
    for (let n = 0; n < images; n++, plane += stride) {
      const pairs = endOfPairs(plane, pixels);
      const last = at(plane, pixels);
      for (let from = plane; from < last; ) {
        const stop = min(pairs, from + BLOCK);
        let a = f32x4.splat(0);
        let b = f32x4.splat(0);
        for (; from < stop; from += PAIR) {
          a = f32x4.add(a, v128.load(from));
          b = f32x4.add(b, v128.load(from, 16));
        }
        if (from == pairs) {
          for (; from + 16 <= last; from += 16) a = f32x4.add(a, v128.load(from));
          if (from < last) b = f32x4.add(b, v128.and(v128.load(from), mask));
          from = last;
        }
        total = plus(total, a, b);
      }
    }
    const about = <f32>(across(total) / count);
    const abouts = f32x4.splat(about);
    let differences = f64x2.splat(0);
    let squares = f64x2.splat(0);
    plane = start;
    for (let n = 0; n < images; n++, plane += stride) {
      const pairs = endOfPairs(plane, pixels);
      const last = at(plane, pixels);
      for (let from = plane; from < last; ) {
        const stop = min(pairs, from + BLOCK);
        let a = f32x4.splat(0);
        let b = f32x4.splat(0);
        let aa = f32x4.splat(0);
        let bb = f32x4.splat(0);
        for (; from < stop; from += PAIR) {
          const low = f32x4.sub(v128.load(from), abouts);
          const high = f32x4.sub(v128.load(from, 16), abouts);
          a = f32x4.add(a, low);
          b = f32x4.add(b, high);
          aa = madd(low, low, aa);
          bb = madd(high, high, bb);
        }
        if (from == pairs) {
          for (; from + 16 <= last; from += 16) {
            const four = f32x4.sub(v128.load(from), abouts);
            a = f32x4.add(a, four);
            aa = madd(four, four, aa);
          }
          if (from < last) {
            const four = v128.and(f32x4.sub(v128.load(from), abouts), mask);
            b = f32x4.add(b, four);
            bb = madd(four, four, bb);
          }
          from = last;
        }
        differences = plus(differences, a, b);
        squares = plus(squares, aa, bb);
      }
    }
    const off = across(differences) / count;
    const mean = <f64>about + off;
    const variance = max<f64>(across(squares) / count - off * off, 0);
    // An infinite channel has an infinite mean, and no variance.
    store<f32>(at(arg(args, 4), c), off == off ? <f32>mean : about);
    store<f32>(at(arg(args, 5), c), <f32>variance);
    const scale = valueAt(arg(args, 1), c) / sqrt(variance + <f64>floatArg(args, 10));
    // What a float leaves of the mean, which counts where that is large, comes off with the shift.
    const scales = f32x4.splat(<f32>scale);
    const shift = f32x4.splat(<f32>(valueAt(arg(args, 2), c) - off * scale));
    plane = start;
    for (let n = 0; n < images; n++, plane += stride)
      normalisePlane(plane, y + (plane - x), pixels, abouts, scales, shift, arg(args, 11));
  }
}

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
