// The mean of each window, and the way back. Arguments after the operands: planes, planes of one part, height
// and width of the image, height and width of the pooled one, height and width of the window, stride, top and
// left padding, dilation, bottom and right padding, and whether padding counts in the mean.
import { arg } from './args';
import { endBeginning, firstReaching, storeSums } from './bandSums';
import { firstInside } from './maxPool';

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
  const first = part * piece;
  const end = min(planes, first + piece);
  let to = <usize>arg(args, 1) + (<usize>(first * outHeight * outWidth) << 2);
  for (let plane = first; plane < end; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * height * width) << 2);
    for (let i = 0; i < outHeight; i++) {
      const top = i * strideDown - paddingTop;
      const bottom = min(height, top + kernelHeight * dilationDown);
      const rows = counted(top, kernelHeight, dilationDown, height, arg(args, 16), arg(args, 18));
      for (let j = 0; j < outWidth; j++) {
        const left = j * strideRight - paddingLeft;
        const right = min(width, left + kernelWidth * dilationRight);
        const count = rows * counted(left, kernelWidth, dilationRight, width, arg(args, 17), arg(args, 18));
        let sum: f64 = 0;
        for (let row = firstInside(top, dilationDown); row < bottom; row += dilationDown) {
          for (let column = firstInside(left, dilationRight); column < right; column += dilationRight) {
            sum += <f64>load<f32>(image + (<usize>(row * width + column) << 2));
          }
        }
        store<f32>(to, count == 0 ? 0 : <f32>(sum / <f64>count));
        to += 4;
      }
    }
  }
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
