import { aroundAxis, placeOf } from '../../indexSpaces.ts';
import type { CpuKernel } from '../../launch.ts';

/** Adds up in double precision: many values may fall on one place. */
export const scatterAdd: CpuKernel<{ readonly axis: number }> = ([y, indices], [x], { axis }) => {
  const [outer, n, inner] = aroundAxis(x.shape, axis);
  const places = Array.from(indices.data, (index) => placeOf(index, n));
  const sums = new Float64Array(n * inner);
  for (let o = 0, from = 0; o < outer; o++) {
    sums.fill(0);
    for (const place of places) {
      for (let i = 0; i < inner; i++) sums[place * inner + i] += y.data[from++];
    }
    x.data.set(sums, o * sums.length);
  }
};
