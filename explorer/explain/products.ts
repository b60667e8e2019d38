/** Sums of products: convolutions, both of their gradients, and products of matrices. */

import { forEachProduct } from '../../engine/ops/conv2d.ts';
import type { Conv2dAttrs, ConvReluAttrs } from '../../engine/ops/convolution.ts';
import type { LinearAttrs } from '../../engine/ops/linear.ts';
import type { MatmulAttrs } from '../../engine/ops/products.ts';
import { productOf } from '../../engine/ops/products.ts';
import { plain, windowOutput } from '../../engine/ops/window.ts';
import type { Shape } from '../../engine/shape.ts';
import { offsetOf, sizeOf, stridesOf } from '../../engine/shape.ts';
import type { Explained, Explainer, Ran, Term } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, partOf, product, single, sumOf } from './written.ts';

/** The same convolution, seen from so many rows and columns further down and to the right. */
const movedBy = ({ padding, ...attrs }: Conv2dAttrs, rows: number, columns: number): Conv2dAttrs => ({
  ...attrs,
  padding: [padding[0] - rows, padding[1] - columns, padding[2], padding[3]],
});

/** Where in x and in w the factors lie of which y[index] is the sum: a convolution with that pixel alone. */
function factorsOf(x: Shape, w: Shape, y: Shape, attrs: Conv2dAttrs, index: number): [number, number][] {
  const [n, filter, i, j] = unravel(y, index);
  const image = n * sizeOf(x.slice(1));
  const here = movedBy(attrs, i * attrs.stride[0], j * attrs.stride[1]);
  const found: [number, number][] = [];
  forEachProduct([1, ...x.slice(1)], w, [1, w[0], 1, 1], here, (toY, toX, toW) => {
    if (toY === filter) found.push([image + toX, toW]);
  });
  return found;
}

/** The bias and the products of one number of a convolution whose output has that shape. */
function convTerms(ran: Ran, y: Shape, index: number): Term[] {
  const [x, w, bias] = ran.inputs;
  const products = factorsOf(x.shape, w.shape, y, ran.attrs as Conv2dAttrs, index).map(([toX, toW]) =>
    product([partOf(ran, 0, toX), partOf(ran, 1, toW)]),
  );
  return bias === undefined ? products : [single(ran, 2, unravel(y, index)[1]), ...products];
}

export const conv2d: Explainer = (ran, _output, index) => sumOf(convTerms(ran, ran.outputs[0].shape, index));

/** With pooling, the sum is that of the place in its 2×2 window that won. */
export const convRelu: Explainer = (ran, output, index): Explained => {
  const [x, w] = ran.inputs;
  const attrs = ran.attrs as ConvReluAttrs;
  const [y, place] = ran.outputs;
  if (!attrs.pool) return sumOf(convTerms(ran, y.shape, index), 'relu');

  const plane = windowOutput('convRelu', [x.shape[2], x.shape[3]], [w.shape[2], w.shape[3]], attrs);
  const whole = [y.shape[0], y.shape[1], ...plane];
  const [n, filter, i, j] = unravel(y.shape, index);
  const window = [0, 1].flatMap((u) => [0, 1].map((v) => (2 * i + u) * plane[1] + 2 * j + v));
  const at = (pixel: number) => convTerms(ran, whole, (n * y.shape[1] + filter) * sizeOf(plane) + pixel);
  const won = place.data[index];
  const sum = sumOf(at(won), 'relu');
  const beside = window
    .filter((pixel) => pixel !== won)
    .flatMap((pixel) => at(pixel).flatMap(({ parts }) => parts));
  if (output === 0) return { ...sum, beside, written: `the largest of 4: ${sum.written}` };
  const text = `row ${Math.floor(won / plane[1])}, column ${won % plane[1]} has the largest of 4, ${digits(sum.result)}`;
  return { ...sum, beside, how: 'formula', written: text, result: won };
};

/** The windows along an axis that may hold a pixel: the first, and how many from there on. */
function windowsAt(pixel: number, kernel: number, windows: number, attrs: Conv2dAttrs, axis: number) {
  const { stride, dilation, padding } = attrs;
  const first = Math.max(
    0,
    Math.ceil((pixel + padding[axis] - dilation[axis] * (kernel - 1)) / stride[axis]),
  );
  const last = Math.min(windows - 1, Math.floor((pixel + padding[axis]) / stride[axis]));
  return { first, count: Math.max(0, last - first + 1) };
}

/** An image of that pixel alone, and the part of y whose windows may hold it. */
export const conv2dInputGrad: Explainer = (ran, _output, index) => {
  const [g, w] = ran.inputs;
  const attrs = ran.attrs as Conv2dAttrs;
  const { shape } = ran.outputs[0];
  const [n, channel, p, q] = unravel(shape, index);
  const rows = windowsAt(p, w.shape[2], g.shape[2], attrs, 0);
  const columns = windowsAt(q, w.shape[3], g.shape[3], attrs, 1);
  const seen = [1, g.shape[1], rows.count, columns.count];
  const here = movedBy(attrs, rows.first * attrs.stride[0] - p, columns.first * attrs.stride[1] - q);
  const strides = stridesOf(g.shape);
  const terms: Term[] = [];
  forEachProduct([1, shape[1], 1, 1], w.shape, seen, here, (toY, toX, toW) => {
    if (toX !== channel) return;
    const [, o, i, j] = unravel(seen, toY);
    const toG = offsetOf([n, o, rows.first + i, columns.first + j], strides);
    terms.push(product([partOf(ran, 0, toG), partOf(ran, 1, toW)]));
  });
  return sumOf(terms);
};

/** In each image, a filter of that tap alone, over the channel that it sees. */
export const conv2dWeightGrad: Explainer = (ran, _output, index) => {
  const [x, g] = ran.inputs;
  const attrs = ran.attrs as Conv2dAttrs;
  const { shape } = ran.outputs[0];
  const [o, c, u, v] = unravel(shape, index);
  const channel = channelOf(x.shape[1], [shape[0], shape[1], 1, 1], attrs, o * shape[1] + c);
  const here = { ...movedBy(attrs, u * attrs.dilation[0], v * attrs.dilation[1]), groups: 1 };
  const [pixels, places] = [x, g].map(({ shape: [, , height, width] }) => [1, 1, height, width]);
  const terms: Term[] = [];
  for (let n = 0; n < x.shape[0]; n++) {
    const xAt = (n * x.shape[1] + channel) * sizeOf(pixels);
    const gAt = (n * g.shape[1] + o) * sizeOf(places);
    forEachProduct(pixels, [1, 1, 1, 1], places, here, (toY, toX) => {
      terms.push(product([partOf(ran, 1, gAt + toY), partOf(ran, 0, xAt + toX)]));
    });
  }
  return sumOf(terms);
};

/** The channel that a tap of 1×1 filters sees, by their groups. */
function channelOf(channels: number, w: Shape, { groups }: Conv2dAttrs, tap: number): number {
  let channel = 0;
  forEachProduct([1, channels, 1, 1], w, [1, w[0], 1, 1], { ...plain, groups }, (_toY, toX, toW) => {
    if (toW === tap) channel = toX;
  });
  return channel;
}

export const matmul: Explainer = (ran, _output, index) => {
  const [a, b] = ran.inputs;
  const { k, aBatch, bBatch, aStrides, bStrides } = productOf(a, b, ran.attrs as MatmulAttrs);
  const place = unravel(ran.outputs[0].shape, index);
  const [batch, [row, column]] = [place.slice(0, -2), place.slice(-2)];
  const [aAt, bAt] = [offsetOf(batch, aBatch), offsetOf(batch, bBatch)];
  const terms = Array.from({ length: k }, (_, i) =>
    product([
      partOf(ran, 0, aAt + row * aStrides[0] + i * aStrides[1]),
      partOf(ran, 1, bAt + i * bStrides[0] + column * bStrides[1]),
    ]),
  );
  return sumOf(terms);
};

export const linear: Explainer = (ran, _output, index) => {
  const [x, w] = ran.inputs;
  const [row, o] = unravel(ran.outputs[0].shape, index);
  const k = x.shape[1];
  const products = Array.from({ length: k }, (_, i) =>
    product([partOf(ran, 0, row * k + i), partOf(ran, 1, o * w.shape[1] + i)]),
  );
  return sumOf([single(ran, 2, o), ...products], (ran.attrs as LinearAttrs).relu ? 'relu' : undefined);
};
