// Indices of WebNN's, which name places on several axes, as places along one: what gather and scatterAdd take.
import * as F from '../../engine/functional.ts';
import { indicesOf, sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { Call, Numbers } from './call.ts';
import { numbersOf } from './call.ts';

/** Places along the first axis of a matrix. */
interface Named {
  readonly rows: Tensor;
  readonly places: Tensor;
}

function named(x: Tensor, axes: number, indices: readonly (readonly number[])[]): Named {
  const lead = x.shape.slice(0, axes);
  // Each part of an index may be counted from the end.
  const placeOf = (index: readonly number[]) =>
    index.reduce((place, i, axis) => place * lead[axis] + (i < 0 ? i + lead[axis] : i), 0);
  return {
    rows: F.reshape(x, [sizeOf(lead), sizeOf(x.shape.slice(axes))]),
    places: Tensor.from(x.device, Int32Array.from(indices, placeOf)),
  };
}

/** Rows of the indices name places on the first axes of x. */
function namedByRows(x: Tensor, { shape, data }: Numbers): Named {
  const axes = shape[shape.length - 1];
  const rows = Array.from({ length: data.length / axes }, (_, row) =>
    data.slice(row * axes, (row + 1) * axes),
  );
  return named(x, axes, rows);
}

/** Each index names a place on one axis of x, and has its own place on the others. */
function namedByElements(x: Tensor, { shape, data }: Numbers, axis: number): Named {
  const indices = Array.from(indicesOf(shape), (index) => [...index]);
  return named(
    x,
    shape.length,
    indices.map((index, i) => index.with(axis, data[i])),
  );
}

/** x with `values` in the places that are named. */
function scattered(x: Tensor, { rows, places }: Named, values: Tensor): Tensor {
  const [length, width] = rows.shape;
  const put = F.scatterAdd(F.reshape(values, [places.size, width]), places, length);
  const isNamed = F.scatterAdd(F.ones(x.device, [places.size, 1]), places, length);
  return F.reshape(F.where(isNamed, put, rows), x.shape);
}

export function gatherElements(call: Call): Tensor {
  const indices = numbersOf(call.args[1]);
  const { rows, places } = namedByElements(call.tensor(0), indices, call.option('axis', 0));
  return F.reshape(F.gather(rows, places), indices.shape);
}

export function gatherND(call: Call): Tensor {
  const [x, indices] = [call.tensor(0), numbersOf(call.args[1])];
  const { rows, places } = namedByRows(x, indices);
  const rest = x.shape.slice(indices.shape[indices.shape.length - 1]);
  return F.reshape(F.gather(rows, places), [...indices.shape.slice(0, -1), ...rest]);
}

export function scatterElements(call: Call): Tensor {
  const x = call.tensor(0);
  const elements = namedByElements(x, numbersOf(call.args[1]), call.option('axis', 0));
  return scattered(x, elements, call.tensor(2));
}

export function scatterND(call: Call): Tensor {
  const x = call.tensor(0);
  return scattered(x, namedByRows(x, numbersOf(call.args[1])), call.tensor(2));
}
