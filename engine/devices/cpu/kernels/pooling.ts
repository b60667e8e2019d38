import type { PoolAttrs } from '../../../ops/pooling.ts';
import { planeOf, tapsInside } from '../../../ops/window.ts';
import type { CpuKernel } from '../../launch.ts';

/** The taps inside of the image are found once for each row and column of windows, not for each tap. */
export const maxPool2d: CpuKernel<PoolAttrs> = ([x], [y, place], { kernel, stride, padding, dilation }) => {
  const [height, width] = planeOf(x.shape);
  const [outHeight, outWidth] = planeOf(y.shape);
  const { data } = x;
  const columns = Array.from({ length: outWidth }, (_, j) =>
    tapsInside(j * stride[1] - padding[1], kernel[1], dilation[1], width),
  );
  let to = 0;
  for (let plane = 0; plane < x.shape[0] * x.shape[1]; plane++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * stride[0] - padding[0];
      const [firstRow, endRow] = tapsInside(top, kernel[0], dilation[0], height);
      for (let j = 0; j < outWidth; j++, to++) {
        const left = j * stride[1] - padding[1];
        const [firstColumn, endColumn] = columns[j];
        let at = -1;
        let best = -Infinity;
        for (let u = firstRow; u < endRow; u++) {
          let from = (plane * height + top + u * dilation[0]) * width + left + firstColumn * dilation[1];
          for (let v = firstColumn; v < endColumn; v++, from += dilation[1]) {
            const value = data[from];
            // A NaN counts as the largest, and the first one stays.
            if (at < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
              best = value;
              at = from;
            }
          }
        }
        y.data[to] = best;
        place.data[to] = at < 0 ? -1 : at - plane * height * width;
      }
    }
  }
};
