// The mean of each window; the way back is in avgPoolGrad.ts. Arguments after the operands: planes, planes of one part, height
// and width of the image, height and width of the pooled one, height and width of the window, stride, top and
// left padding, dilation, bottom and right padding, and whether padding counts in the mean.
import { arg } from './args';
import { avgPool3x3 } from './avgPool3x3';
import { endWhole, firstInside, firstWhole, ofFourWindows } from './poolWindows';
import { rounded } from './simd';
import { is3x3 } from './windows3x3';

/** y = Σ x / count, in double precision as on the device `cpu`; 0 where it sees nothing. Arguments: x, y. */
export function avgPool2d(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 2);
  const piece = arg(args, 3);
  const height = arg(args, 4);
  const width = arg(args, 5);
  const outHeight = arg(args, 6);
  const outWidth = arg(args, 7);
  const kernelHeight = arg(args, 8);
  const kernelWidth = arg(args, 9);
  const strideDown = arg(args, 10);
  const strideRight = arg(args, 11);
  const paddingTop = arg(args, 12);
  const paddingLeft = arg(args, 13);
  const dilationDown = arg(args, 14);
  const dilationRight = arg(args, 15);
  const reach = (kernelWidth - 1) * dilationRight;
  const whole = firstWhole(paddingLeft, strideRight, outWidth);
  const endOfWhole = endWhole(whole, width, paddingLeft, reach, strideRight, outWidth);
  // Where there are not four, each is summed for itself.
  const fours = endOfWhole - whole >= 4;
  const begin = fours ? whole : outWidth;
  const end = fours ? endOfWhole : outWidth;

  const is3 = outWidth >= 4 && is3x3(args, 4, 14, 12);

  const first = part * piece;
  const last = min(planes, first + piece);
  let to = <usize>arg(args, 1) + (<usize>(first * outHeight * outWidth) << 2);
  for (let plane = first; plane < last; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * height * width) << 2);
    if (is3) {
      avgPool3x3(args, image, to, own);
      to += <usize>(outHeight * outWidth) << 2;
      continue;
    }
    for (let i = 0; i < outHeight; i++, to += <usize>outWidth << 2) {
      const top = i * strideDown - paddingTop;
      const row = firstInside(top, dilationDown);
      const bottom = min(height, top + kernelHeight * dilationDown);
      const rows = counted(top, kernelHeight, dilationDown, height, arg(args, 16), arg(args, 18));
      for (let j = 0; j < outWidth; j++) {
        // Those between are made in fours.
        if (j == begin) j = end;
        if (j >= outWidth) break;
        const left = j * strideRight - paddingLeft;
        const right = min(width, left + kernelWidth * dilationRight);
        const count = rows * counted(left, kernelWidth, dilationRight, width, arg(args, 17), arg(args, 18));
        const column = firstInside(left, dilationRight);
        let sum: f64 = 0;
        for (let r = row; r < bottom; r += dilationDown) {
          const line = image + (<usize>(r * width) << 2);
          if (dilationRight == 1) {
            sum += rowSum(line + (<usize>column << 2), right - column);
            continue;
          }
          for (let c = column; c < right; c += dilationRight) sum += <f64>load<f32>(line + (<usize>c << 2));
        }
        store<f32>(to + (<usize>j << 2), count == 0 ? 0 : <f32>(sum / <f64>count));
      }
      // Rounding to a float hides that this is not the quotient to the last bit.
      const inverse = f64x2.splat(1 / <f64>max(1, rows * kernelWidth));
      const corner = image - (<usize>paddingLeft << 2);
      for (let next = begin; next < end; next += 4) {
        // The last four begin earlier, and so some are made again, where they would reach past the end.
        const j = min(next, end - 4);
        const from = corner + (<usize>(j * strideRight) << 2);
        const at = to + (<usize>j << 2);
        if (strideRight == 1) fourMeans(from, width, row, bottom, dilationDown, reach, dilationRight, 1, 1, inverse, at);
        else if (strideRight == 2) fourMeans(from, width, row, bottom, dilationDown, reach, dilationRight, 2, 2, inverse, at);
        else fourMeans(from, width, row, bottom, dilationDown, reach, dilationRight, 0, strideRight, inverse, at);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function fourMeans(
  from: usize, width: i32, row: i32, bottom: i32, down: i32, reach: i32, across: i32, known: i32, stride: i32,
  inverse: v128, y: usize,
): void {
  let low = f64x2.splat(0);
  let high = low;
  for (let r = row; r < bottom; r += down) {
    const line = r * width;
    for (let here = line; here <= line + reach; here += across) {
      const value = ofFourWindows(from + (<usize>here << 2), known, stride);
      low = f64x2.add(low, f64x2.promote_low_f32x4(value));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)));
    }
  }
  v128.store(y, rounded(f64x2.mul(low, inverse), f64x2.mul(high, inverse)));
}

/** The sum of neighbours in double precision. */
// @ts-ignore: decorator
@inline
function rowSum(from: usize, length: i32): f64 {
  let sum: f64 = 0;
  const end = from + (<usize>max(0, length) << 2);
  if (length >= 8) {
    let even = f64x2.splat(0);
    let odd = even;
    for (; from + 16 <= end; from += 16) {
      const value = v128.load(from);
      even = f64x2.add(even, f64x2.promote_low_f32x4(value));
      odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)));
    }
    const both = f64x2.add(even, odd);
    sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  }
  for (; from < end; from += 4) sum += <f64>load<f32>(from);
  return sum;
}

/** How many taps of a window along one axis count: those inside, and those on padding if that counts. */
// @ts-ignore: decorator
@inline
export function counted(
  start: i32, taps: i32, dilation: i32, length: i32, paddingAfter: i32, countsPadding: i32,
): i32 {
  const room = length - start + (countsPadding ? paddingAfter : 0);
  const before = countsPadding || start >= 0 ? 0 : (dilation - 1 - start) / dilation;
  return max(0, min(taps, (room + dilation - 1) / dilation) - before);
}
