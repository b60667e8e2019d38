/**
 * Checks an op against independent references: its numbers and its gradient on a device against its definition in
 * float64, and that gradient, and its own gradient, against central differences.
 */

import { grad } from '../autograd.ts';
import type { Device } from '../device.ts';
import type { TypedArray } from '../dtype.ts';
import * as F from '../functional.ts';
import { apply, noGrad, update } from '../graph.ts';
import type { ListedOp } from '../op.ts';
import { Random } from '../random.ts';
import { scope } from '../scope.ts';
import type { Shape } from '../shape.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Values } from './samples.ts';
import { onDevice, relativeError, valuesOf } from './samples.ts';

/** The largest relative errors, in the norm of the largest element, that are right. */
export const tolerances = {
  /** float32 numbers of an op against float64. */
  forward: ({ sums }: ListedOp): number => (sums === true ? 1e-4 : 1e-5),
  /** float32 gradients against float64. */
  gradient: 1e-4,
  /** float64 gradients, first and second, against central differences. */
  differences: 1e-6,
};

/** Whether a sample has anything to differentiate by. */
export const isDifferentiable = (op: ListedOp, values: readonly Values[]): boolean =>
  typeof op.grad === 'function' && values.some(({ data }) => !(data instanceof Int32Array));

/** Differences lose digits to rounding when a sample is large; past this many elements its neighbours suffice. */
export const isSmall = (values: readonly Values[]): boolean =>
  values.reduce((sum, { data }) => sum + data.length, 0) <= 400;

/** What is differentiated: a function of tensors on a device. */
type Run = (device: Device, inputs: readonly Tensor[]) => readonly Tensor[];

const runOf =
  (op: ListedOp, attrs: object): Run =>
  (device, inputs) =>
    forward(device, op, inputs, attrs);

/** Runs an op on tensors of one device; the result is its outputs, or the tensors that it updated. */
export function forward(device: Device, op: ListedOp, inputs: readonly Tensor[], attrs: object): Tensor[] {
  // Constants are made in the float type of the device.
  const own = 'dtype' in attrs && attrs.dtype === 'float32' ? { ...attrs, dtype: device.floatType } : attrs;
  if (op.inPlace !== undefined) {
    const split = inputs.length - op.inPlace;
    update(op, inputs.slice(0, split), inputs.slice(split), own);
    return inputs.slice(split);
  }
  return apply(op, inputs, own, device);
}

/** The error of each output on `device` against `reference`. */
export async function forwardErrors(
  device: Device,
  reference: Device,
  op: ListedOp,
  values: readonly Values[],
  attrs: object,
): Promise<number[]> {
  const actual = await outputs(device, runOf(op, attrs), values);
  const expected = await outputs(reference, runOf(op, attrs), values);
  return expected.map((output, i) => relativeError(actual[i], output));
}

/** The error of dL/d(input) on `device` against `reference`, for each float input. */
export async function gradientErrors(
  device: Device,
  reference: Device,
  op: ListedOp,
  values: readonly Values[],
  attrs: object,
): Promise<number[]> {
  const actual = await gradients(device, runOf(op, attrs), values);
  const expected = await gradients(reference, runOf(op, attrs), values);
  return expected.map((g, i) => relativeError(actual[i], g));
}

/** The error of dL/d(input) on a float64 device against central differences. */
export async function differenceErrors(
  reference: Device,
  op: ListedOp,
  values: readonly Values[],
  attrs: object,
): Promise<number[]> {
  const expected = await differences(values, async () => {
    const [y] = await outputs(reference, runOf(op, attrs), values);
    return weighed(y, 99);
  });
  const actual = await gradients(reference, runOf(op, attrs), values);
  return expected.map((slope, i) => relativeError(actual[i], slope));
}

/** The same for second derivatives. */
export const secondErrors = (
  reference: Device,
  op: ListedOp,
  values: readonly Values[],
  attrs: object,
): Promise<number[]> => secondErrorsOf(reference, runOf(op, attrs), values);

/** The same for any function, by its gradients on the device itself. */
export async function secondErrorsOf(
  reference: Device,
  run: Run,
  values: readonly Values[],
): Promise<number[]> {
  const found = scope(() => {
    const inputs = values.map((value) => onDevice(reference, value));
    const out = scalarOfGradient(reference, run, inputs);
    return out.requiresGrad ? grad(out, inputs.filter(isFloat)) : null;
  });
  const expected = await differences(values, async () => {
    const first = await gradients(reference, run, values);
    return first.reduce((sum, g, i) => sum + weighed(g, 7 + i), 0);
  });
  // A gradient that says that it depends on nothing must not: its differences are 0 but for rounding.
  if (found === null)
    return expected.map((slope) => slope.reduce((most, x) => Math.max(most, Math.abs(x)), 0));
  const actual = await readAll(found);
  return expected.map((slope, i) => relativeError(actual[i], slope));
}

const isFloat = ({ dtype }: Tensor): boolean => dtype !== 'int32';

async function readAll(tensors: readonly Tensor[]): Promise<TypedArray[]> {
  const read = await Promise.all(tensors.map((tensor) => tensor.read()));
  for (const tensor of tensors) tensor.dispose();
  return read;
}

const kept = new Map<string, TypedArray>();

/** Fixed random numbers c for a shape: Σ c·y is a scalar whose gradient sees every element of y. */
export function weightsFor(shape: Shape, seed = 99): Values {
  // Differences ask for the same ones a thousand times.
  const count = sizeOf(shape);
  const key = `${seed}: ${count}`;
  const data = kept.get(key) ?? valuesOf([count], new Random(seed)).data;
  kept.set(key, data);
  return { shape, data };
}

/** Σ c·y of plain numbers: differences need nothing of the engine but what they examine. */
function weighed(y: TypedArray, seed: number): number {
  const { data } = weightsFor([y.length], seed);
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += data[i] * y[i];
  return sum;
}

/** All outputs, as arrays. */
function outputs(device: Device, run: Run, values: readonly Values[]): Promise<TypedArray[]> {
  const inputs = () => values.map((value) => onDevice(device, value));
  return readAll(noGrad(() => scope(() => [...run(device, inputs())])));
}

/** Σ c·y for the first output. */
function scalar(device: Device, run: Run, inputs: readonly Tensor[]): Tensor {
  const [y] = run(device, inputs);
  return F.sum(F.mul(y, onDevice(device, weightsFor(y.shape))));
}

/** dL/d(input) of every float input, as arrays. */
function gradients(device: Device, run: Run, values: readonly Values[]): Promise<TypedArray[]> {
  const found = scope(() => {
    const inputs = values.map((value) => onDevice(device, value));
    const trained = inputs.filter(isFloat).map((tensor) => tensor.trained());
    return grad(scalar(device, run, inputs), trained);
  });
  return readAll(found);
}

/** A scalar made of first derivatives, Σ c·dL/dx: its own gradient needs second derivatives. */
function scalarOfGradient(device: Device, run: Run, inputs: readonly Tensor[]): Tensor {
  const trained = inputs.filter(isFloat).map((tensor) => tensor.trained());
  const first = grad(scalar(device, run, inputs), trained, { createGraph: true });
  const sums = first.map((g, i) => F.sum(F.mul(g, onDevice(device, weightsFor(g.shape, 7 + i)))));
  return sums.reduce((a, b) => F.add(a, b));
}

/**
 * Central differences of a function of the values, one element at a time: (8(f₁ − f₋₁) − (f₂ − f₋₂))/12h with
 * fₖ = f(x + k·h) and h = 1e-5, whose error is of fourth order: next to a pole that of second order passes 1e-6.
 */
async function differences(values: readonly Values[], f: () => Promise<number>): Promise<Float64Array[]> {
  const h = 1e-5;
  const found: Float64Array[] = [];
  for (const { data } of values) {
    if (data instanceof Int32Array) continue;
    const slope = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const before = data[i];
      const moved = (steps: number): Promise<number> => {
        data[i] = before + steps * h;
        return f();
      };
      const near = (await moved(1)) - (await moved(-1));
      const far = (await moved(2)) - (await moved(-2));
      slope[i] = (8 * near - far) / (12 * h);
      data[i] = before;
    }
    found.push(slope);
  }
  return found;
}
