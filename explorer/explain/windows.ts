/** Windows over an image: pooling and its way back. */

import { isLarger } from '../../engine/ops/isLarger.ts';
import type { AvgPoolAttrs, AvgUnpoolAttrs, PoolAttrs } from '../../engine/ops/pooling.ts';
import { countedTaps } from '../../engine/ops/pooling.ts';
import { planeOf, tapsInside } from '../../engine/ops/window.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { Explainer, Numbers, Ran, Term } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, meanOf, partOf, product, single, sumOf } from './written.ts';

const range = (first: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);

/** The pixels along one axis of an image that a window sees. */
function seen(
  { kernel, stride, padding, dilation }: PoolAttrs,
  length: number,
  axis: number,
  window: number,
) {
  const start = window * stride[axis] - padding[axis];
  const [first, end] = tapsInside(start, kernel[axis], dilation[axis], length);
  return range(first, end).map((tap) => start + tap * dilation[axis]);
}

/** The numbers of x in the window of y[index]. */
function windowOf(ran: Ran, y: Numbers, index: number): Term[] {
  const [x] = ran.inputs;
  const attrs = ran.attrs as PoolAttrs;
  const [height, width] = planeOf(x.shape);
  const plane = Math.floor(index / sizeOf(planeOf(y.shape)));
  const [i, j] = unravel(planeOf(y.shape), index % sizeOf(planeOf(y.shape)));
  const columns = seen(attrs, width, 1, j);
  return seen(attrs, height, 0, i).flatMap((p) =>
    columns.map((q) => single(ran, 0, (plane * height + p) * width + q)),
  );
}

/** The largest of the terms, the first of them if there are several; −∞ of none. */
export function largestOf(terms: readonly Term[]): { result: number; first: number } {
  let [result, first] = [-Infinity, -1];
  terms.forEach(({ value }, i) => {
    if (first >= 0 && !isLarger(value, result)) return;
    [result, first] = [value, i];
  });
  return { result, first };
}

const writtenLargest = (terms: readonly Term[]): string =>
  terms.length > 4
    ? `the largest of ${terms.length}`
    : `max(${terms.map(({ value }) => digits(value)).join(', ')})`;

export const maxPool2d: Explainer = (ran, output, index) => {
  const terms = windowOf(ran, ran.outputs[0], index);
  const { result, first } = largestOf(terms);
  if (output === 0) {
    return { how: 'largest', terms, written: `${writtenLargest(terms)} = ${digits(result)}`, result };
  }
  const [height, width] = planeOf(ran.inputs[0].shape);
  const place = first < 0 ? -1 : terms[first].parts[0].index % (height * width);
  const where = `row ${Math.floor(place / width)}, column ${place % width} has ${digits(result)}`;
  const written = place < 0 ? 'it sees no pixel: −1' : `${where}, the largest of ${terms.length}: ${place}`;
  return { how: 'formula', terms, written, result: place };
};

export const avgPool2d: Explainer = (ran, _output, index) => {
  const attrs = ran.attrs as AvgPoolAttrs;
  const image = planeOf(ran.inputs[0].shape);
  const place = unravel(ran.outputs[0].shape, index).slice(2);
  const [rows, columns] = place.map((at, axis) => countedTaps(attrs, attrs.countPadding, image, axis, at));
  return meanOf(windowOf(ran, ran.outputs[0], index), rows * columns);
};

/** Of each window that holds the pixel, its g by the size of the window. */
export const avgPool2dGrad: Explainer = (ran, _output, index) => {
  const [g] = ran.inputs;
  const attrs = ran.attrs as AvgUnpoolAttrs;
  const { image, countPadding } = attrs;
  const [height, width] = planeOf(g.shape);
  const plane = Math.floor(index / sizeOf(image));
  const [p, q] = unravel(image, index % sizeOf(image));
  const holding = (windows: number, pixel: number, axis: number) =>
    range(0, windows).filter((at) => seen(attrs, image[axis], axis, at).includes(pixel));
  const columns = holding(width, q, 1);
  const terms = holding(height, p, 0).flatMap((i) =>
    columns.map((j) => {
      const size =
        countedTaps(attrs, countPadding, image, 0, i) * countedTaps(attrs, countPadding, image, 1, j);
      return product([partOf(ran, 0, (plane * height + i) * width + j)], 1 / size);
    }),
  );
  return sumOf(terms);
};

/** Each g whose maximum was here. */
export const maxPool2dGrad: Explainer = (ran, _output, index) => {
  const [g, place] = ran.inputs;
  const [pooled, pixels] = [g, ran.outputs[0]].map(({ shape }) => sizeOf(planeOf(shape)));
  const start = Math.floor(index / pixels) * pooled;
  const here = range(start, start + pooled).filter((at) => place.data[at] === index % pixels);
  return { ...sumOf(here.map((at) => single(ran, 0, at))), beside: here.map((at) => partOf(ran, 1, at)) };
};
