/** Numbers as people write them, nested in arrays, to row-major values and back. */

import type { DType, TypedArray } from './dtype.ts';
import { naming, ShapeError } from './errors.ts';
import type { Shape } from './shape.ts';
import { MAX_RANK, show, sizeOf, stridesOf } from './shape.ts';

/** A number, or arrays in arrays of numbers, all rows of one length. */
export type Nested = number | Nested[];

/** Typed arrays that hold numbers. */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** What a tensor is made of: a number, a typed array, or arrays in arrays, of which the innermost may be typed. */
export type TensorData = number | Numbers | readonly TensorData[];

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

const isNumbers = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) &&
  ![DataView, BigInt64Array, BigUint64Array].some((other) => value instanceof other);

const isRow = (value: unknown): value is readonly unknown[] | Numbers =>
  Array.isArray(value) || isNumbers(value);

/** Where an element stands: `row 1` of the whole, `[1][0]` within, nothing for the whole. */
const placeOf = (path: readonly number[], word: string): string =>
  path.length === 1 ? `${word} ${path[0]}` : path.map((at) => `[${at}]`).join('');

const counted = (value: unknown): string => {
  if (!isRow(value)) return `is ${naming(value)}`;
  return `has ${value.length} value${value.length === 1 ? '' : 's'}`;
};

/** The lengths of the first rows, each in the one before. */
function shapeOf(data: unknown): number[] {
  const shape: number[] = [];
  for (let row = data; isRow(row); row = row[0]) {
    if (shape.length === MAX_RANK) {
      throw new ShapeError(
        `tensor: arrays nested deeper than ${MAX_RANK}; expected at most ${MAX_RANK} axes`,
      );
    }
    shape.push(row.length);
  }
  return shape;
}

/**
 * Reads what a tensor is made of.
 *
 * @returns the shape of the nesting, and the values, row-major: `data` itself where it is of that type already
 * @throws ShapeError that names the place of what is no number, or of a row that is longer or shorter than the first
 */
export function readNested(data: unknown, dtype: DType): { shape: Shape; values: TypedArray } {
  if (isNumbers(data)) {
    const values = data instanceof arrays[dtype] ? data : new arrays[dtype](data);
    const odd = dtype === 'int32' && values !== data ? values.findIndex((value, i) => value !== data[i]) : -1;
    if (odd >= 0) throw new ShapeError(`tensor: element ${odd} is ${data[odd]}; expected an int32`);
    return { shape: [data.length], values };
  }
  if (typeof data !== 'number' && !Array.isArray(data)) {
    throw new ShapeError(
      `tensor: ${naming(data)} as data; expected a number, an array such as [[1, 2], [3, 4]] or a typed array`,
    );
  }
  const shape = shapeOf(data);
  const values = new arrays[dtype](sizeOf(shape));
  const isInt = dtype === 'int32';
  const path: number[] = [];
  let end = 0;
  const put = (value: unknown, i?: number): void => {
    if (typeof value !== 'number' || (isInt && value !== (value | 0))) {
      throw odd(value, i === undefined ? path : [...path, i]);
    }
    values[end++] = value;
  };
  const read = (row: unknown, axis: number): void => {
    if (axis === shape.length) {
      put(row);
      return;
    }
    if (!isRow(row) || row.length !== shape[axis] || (row.length === 0 && axis > 0)) {
      throw ragged(row, path, shape);
    }
    if (axis === shape.length - 1) {
      for (let i = 0; i < row.length; i++) put(row[i], i);
      return;
    }
    for (path[axis] = 0; path[axis] < row.length; path[axis]++) read(row[path[axis]], axis + 1);
    path.pop();
  };
  read(data, 0);
  return { shape, values };
}

function odd(value: unknown, path: readonly number[]): ShapeError {
  const place = path.length === 0 ? 'the value' : placeOf(path, 'element');
  const said = isRow(value)
    ? 'is an array, the first is a number; expected numbers, or rows alone'
    : `is ${naming(value)}; expected ${typeof value === 'number' ? 'an int32' : 'a number'}`;
  return new ShapeError(`tensor: ${place} ${said}`);
}

function ragged(row: unknown, path: readonly number[], shape: Shape): ShapeError {
  const place = placeOf(path, 'row');
  const length = shape[path.length];
  if (length === 0 && isRow(row) && row.length === 0) {
    return new ShapeError(
      `tensor: ${place} is empty; expected numbers, or no data and a shape: Tensor.from([], [2, 0])`,
    );
  }
  const first = placeOf(
    path.map(() => 0),
    'row',
  );
  const what = path.length + 1 === shape.length ? 'numbers' : 'arrays';
  return new ShapeError(
    `tensor: ${place} ${counted(row)}, ${first} has ${length}; expected rows of ${length} ${what}`,
  );
}

/** The values of a tensor as arrays in arrays; of a scalar as a number. */
export function toNested(values: TypedArray, shape: Shape): Nested {
  if (shape.length === 0) return values[0];
  const strides = stridesOf(shape);
  const rowsFrom = (start: number, axis: number): Nested[] =>
    axis === shape.length - 1
      ? Array.from(values.subarray(start, start + shape[axis]))
      : Array.from({ length: shape[axis] }, (_, i) => rowsFrom(start + i * strides[axis], axis + 1));
  return rowsFrom(0, 0);
}

/** Refuses a shape for data that has another, or another number of values. */
export function expectFits(values: ArrayLike<number>, nested: Shape, shape: Shape): void {
  if (nested.length > 1 && show(nested) !== show(shape)) {
    throw new ShapeError(
      `tensor: nested arrays of shape ${show(nested)} for shape ${show(shape)}; expected the same, or none: F.reshape makes another`,
    );
  }
  if (values.length === sizeOf(shape)) return;
  const what = `${values.length} value${values.length === 1 ? '' : 's'}`;
  throw new ShapeError(`tensor: ${what} for shape ${show(shape)}; expected ${sizeOf(shape)}`);
}
