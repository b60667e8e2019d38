// The mean of each window, and the way back. Arguments after the operands: planes, planes of one part, height
// and width of the image, height and width of the pooled one, height and width of the window, stride, top and
// left padding, dilation, bottom and right padding, and whether padding counts in the mean.
import { arg } from './args';
import { endBeginning, firstReaching, storeSums } from './bandSums';
import { endWhole, firstInside, firstWhole, ofFourWindows } from './poolWindows';

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

  const first = part * piece;
  const last = min(planes, first + piece);
  let to = <usize>arg(args, 1) + (<usize>(first * outHeight * outWidth) << 2);
  for (let plane = first; plane < last; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * height * width) << 2);
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
      const taps = f64x2.splat(<f64>(rows * kernelWidth));
      for (let next = begin; next < end; next += 4) {
        // The last four begin earlier, and so some are made again, where they would reach past the end.
        const j = min(next, end - 4);
        const corner = image + (<usize>(j * strideRight - paddingLeft) << 2);
        let low = f64x2.splat(0);
        let high = low;
        for (let r = row; r < bottom; r += dilationDown) {
          for (let column = 0; column <= reach; column += dilationRight) {
            const value = ofFourWindows(corner + (<usize>(r * width + column) << 2), strideRight);
            low = f64x2.add(low, f64x2.promote_low_f32x4(value));
            high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)));
          }
        }
        if (row < bottom) {
          low = f64x2.div(low, taps);
          high = f64x2.div(high, taps);
        }
        const mean = v128.shuffle<f32>(
          f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5,
        );
        v128.store(to + (<usize>j << 2), mean);
      }
    }
  }
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
function counted(
  start: i32, taps: i32, dilation: i32, length: i32, paddingAfter: i32, countsPadding: i32,
): i32 {
  const room = length - start + (countsPadding ? paddingAfter : 0);
  const before = countsPadding || start >= 0 ? 0 : (dilation - 1 - start) / dilation;
  return max(0, min(taps, (room + dilation - 1) / dilation) - before);
}

/**
 * dx = Σ g / count over the windows that hold the pixel, in the order of the windows. Arguments: g, dx, and at the end the
 * rows of a band.
 */
export function avgPool2dGrad(args: usize, part: i32, own: usize): void {
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
  const first = part * piece;
  const end = min(planes, first + piece);
  const band = arg(args, 19);
  for (let plane = first; plane < end; plane++) {
    const g = <usize>arg(args, 0) + (<usize>(plane * outHeight * outWidth) << 2);
    const image = <usize>arg(args, 1) + (<usize>(plane * height * width) << 2);
    for (let start = 0; start < height; start += band) {
      const count = min(band, height - start);
      memory.fill(own, 0, <usize>(count * width) << 3);
      const endWindow = endBeginning(start + count, paddingTop, strideDown, outHeight);
      for (
        let i = firstReaching(start, paddingTop, kernelHeight, dilationDown, strideDown); i < endWindow; i++
      ) {
        // Rows are counted from the first of the band.
        const top = i * strideDown - paddingTop;
        const bottom = min(count, top - start + kernelHeight * dilationDown);
        const rows = counted(top, kernelHeight, dilationDown, height, arg(args, 16), arg(args, 18));
        let from = g + (<usize>(i * outWidth) << 2);
        for (let j = 0; j < outWidth; j++, from += 4) {
          const left = j * strideRight - paddingLeft;
          const right = min(width, left + kernelWidth * dilationRight);
          const taps = rows * counted(left, kernelWidth, dilationRight, width, arg(args, 17), arg(args, 18));
          // Without any tap inside this is g/0, and nothing takes it.
          const share = <f64>load<f32>(from) / <f64>taps;
          for (let row = firstInside(top - start, dilationDown); row < bottom; row += dilationDown) {
            for (let column = firstInside(left, dilationRight); column < right; column += dilationRight) {
              const to = own + (<usize>(row * width + column) << 3);
              store<f64>(to, load<f64>(to) + share);
            }
          }
        }
      }
      storeSums(own, count * width, image + (<usize>(start * width) << 2));
    }
  }
}
