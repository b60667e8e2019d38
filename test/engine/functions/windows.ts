import type { NaiveWindow, Values } from '../../support/naive.ts';
import { naiveConv2d, naivePool, plainWindow } from '../../support/naive.ts';
import { at, indices, meanOver, shaped, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

// One axis is an image of one row, which naive.ts has loops for.
const asImage = (x: Values): Values => shaped(x, x.shape[0], x.shape[1], 1, x.shape[2]);
const asLine = (y: Float64Array & { readonly shape: readonly number[] }): Values =>
  shaped({ shape: y.shape, data: y }, y.shape[0], y.shape[1], y.shape[3]);

const along = (stride: number, [left, right]: readonly [number, number], dilation = 1): NaiveWindow => ({
  ...{ stride: [1, stride], padding: [0, left, 0, right], dilation: [1, dilation] },
});

const conv1d = (x: Values, w: Values, bias: Values | null, window: NaiveWindow, groups = 1): Values =>
  asLine(naiveConv2d(asImage(x), asImage(w), bias?.data ?? null, window, groups));

const pool1d = (
  x: Values,
  kernel: number,
  window: NaiveWindow,
  one: Parameters<typeof naivePool>[3],
): Values => asLine(naivePool(asImage(x), [1, kernel], window, one));

const largest = (inside: readonly number[]): number => Math.max(...inside);
const mean = (inside: readonly number[], size: number): number => inside.reduce((a, b) => a + b, 0) / size;

/** The transpose of a convolution: each pixel adds its filter to the image, `extra` rows and columns larger. */
function spread(
  x: Values,
  w: Values,
  bias: Values | null,
  { stride = 1, padding = 0, dilation = 1, groups = 1, extra = 0 },
): Values {
  const [n, channels, ...plane] = x.shape;
  const [, depth, ...kernel] = w.shape;
  const size = plane.map((length, i) => {
    return (length - 1) * stride - 2 * padding + dilation * (kernel[i] - 1) + extra + 1;
  });
  const shape = [n, depth * groups, ...size];
  const y = Float64Array.from(tabulate(shape, (_n, o) => (bias === null ? 0 : at(bias, o))).data);
  for (const [image, c, row, column] of indices(x.shape)) {
    for (const [o, u, v] of indices([depth, ...kernel])) {
      const [r, s] = [row * stride - padding + u * dilation, column * stride - padding + v * dilation];
      if (r < 0 || r >= size[0] || s < 0 || s >= size[1]) continue;
      const filter = Math.floor(c / (channels / groups)) * depth + o;
      const place = ((image * shape[1] + filter) * size[0] + r) * size[1] + s;
      y[place] += at(x, image, c, row, column) * at(w, c, o, u, v);
    }
  }
  return { shape, data: y };
}

export const windows: FunctionCases = {
  conv1d: [
    {
      inputs: ['2,3,7', '4,3,3', '4'],
      call: (F, x, w, bias) => F.conv1d(x, w, bias),
      define: (x, w, bias) => conv1d(x, w, bias, plainWindow),
    },
    {
      inputs: ['1,2,9', '3,2,2'],
      call: (F, x, w) => F.conv1d(x, w, null, { stride: 2, padding: [2, 1], dilation: 3 }),
      define: (x, w) => conv1d(x, w, null, along(2, [2, 1], 3)),
    },
    {
      inputs: ['2,4,6', '6,2,3'],
      call: (F, x, w) => F.conv1d(x, w, null, { padding: 'same', groups: 2 }),
      define: (x, w) => conv1d(x, w, null, along(1, [1, 1]), 2),
    },
    {
      inputs: ['0,2,5', '3,2,3'],
      call: (F, x, w) => F.conv1d(x, w),
      define: (x, w) => conv1d(x, w, null, plainWindow),
    },
  ],
  maxPool1d: [
    {
      inputs: ['2,3,7'],
      call: (F, x) => F.maxPool1d(x, 2),
      define: (x) => pool1d(x, 2, along(2, [0, 0]), largest),
    },
    {
      inputs: ['1,2,9'],
      call: (F, x) => F.maxPool1d(x, 3, { stride: 1, padding: 1, dilation: 2 }),
      define: (x) => pool1d(x, 3, along(1, [1, 1], 2), largest),
    },
    // The last window hangs over, which padding on the right alone does as well.
    {
      inputs: ['1,2,8'],
      call: (F, x) => F.maxPool1d(x, 3, { ceilMode: true }),
      define: (x) => pool1d(x, 3, along(3, [0, 1]), largest),
    },
  ],
  avgPool1d: [
    {
      inputs: ['2,3,7'],
      call: (F, x) => F.avgPool1d(x, 2, { stride: 1 }),
      define: (x) => pool1d(x, 2, along(1, [0, 0]), mean),
    },
    {
      inputs: ['1,2,9'],
      call: (F, x) => F.avgPool1d(x, 3, { padding: 1 }),
      define: (x) => pool1d(x, 3, along(3, [1, 1]), mean),
    },
    {
      inputs: ['1,2,9'],
      call: (F, x) => F.avgPool1d(x, 3, { padding: 1, countPadding: false }),
      define: (x) => pool1d(x, 3, along(3, [1, 1]), (inside) => mean(inside, inside.length)),
    },
    {
      inputs: ['1,2,8'],
      call: (F, x) => F.avgPool1d(x, 3, { ceilMode: true }),
      define: (x) => pool1d(x, 3, along(3, [0, 1]), (inside) => mean(inside, inside.length)),
    },
  ],
  convTranspose2d: [
    {
      inputs: ['2,3,2,3', '3,2,3,2', '2'],
      call: (F, x, w, bias) => F.convTranspose2d(x, w, bias),
      define: (x, w, bias) => spread(x, w, bias, {}),
    },
    {
      inputs: ['1,2,3,3', '2,3,3,3'],
      call: (F, x, w) => F.convTranspose2d(x, w, null, { stride: 2, padding: 1, outputPadding: 1 }),
      define: (x, w) => spread(x, w, null, { stride: 2, padding: 1, extra: 1 }),
    },
    {
      inputs: ['1,4,2,3', '4,1,2,2', '2'],
      call: (F, x, w, bias) => F.convTranspose2d(x, w, bias, { dilation: 2, groups: 2 }),
      define: (x, w, bias) => spread(x, w, bias, { dilation: 2, groups: 2 }),
    },
    // More than the stride leaves open: below the dilation, as in PyTorch; padding at the end comes back first.
    ...[0, 1].map(
      (padding): FunctionCase => ({
        inputs: ['1,2,3,2', '2,1,2,2', '1'],
        call: (F, x, w, bias) =>
          F.convTranspose2d(x, w, bias, { stride: 2, dilation: 4, padding, outputPadding: 3 }),
        define: (x, w, bias) => spread(x, w, bias, { stride: 2, dilation: 4, padding, extra: 3 }),
      }),
    ),
    {
      inputs: ['0,2,3,3', '2,3,2,2'],
      call: (F, x, w) => F.convTranspose2d(x, w),
      define: (x, w) => spread(x, w, null, {}),
    },
  ],
  globalAvgPool: ['2,3,4,5', '1,2,1,1', '0,3,4,4'].map((shape) => ({
    inputs: [shape],
    call: (F, x) => F.globalAvgPool(x),
    define: (x) => meanOver(x, [2, 3]),
  })),
  globalMaxPool: ['2,3,4,5', '1,2,1,1', '0,3,4,4'].map((shape) => ({
    inputs: [shape],
    call: (F, x) => F.globalMaxPool(x),
    define: (x) =>
      tabulate([x.shape[0], x.shape[1], 1, 1], (n, c) => {
        const plane = [...indices(x.shape.slice(2))].map(([row, column]) => at(x, n, c, row, column));
        return Math.max(...plane);
      }),
  })),
  maxPool2dWithPlaces: [
    {
      inputs: ['2,3,4,5'],
      call: (F, x) => F.maxPool2dWithPlaces(x, [4, 5]),
      define: (x) => {
        const plane = (n: number, c: number) =>
          Array.from({ length: 20 }, (_, i) => x.data[(n * 3 + c) * 20 + i]);
        const maxima = tabulate([2, 3, 1, 1], (n, c) => Math.max(...plane(n, c)));
        const places = tabulate([2, 3, 1, 1], (n, c) => plane(n, c).indexOf(at(maxima, n, c, 0, 0)));
        return [maxima, places];
      },
    },
  ],
};
