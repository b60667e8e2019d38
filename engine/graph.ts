import type { Device } from './device.ts';
import { currentStep } from './devices/capture/notes.ts';
import { InkgradError, ShapeError } from './errors.ts';
import { expectTensor } from './expect.ts';
import type { MoreFunctions, Op } from './op.ts';
import { expectBody, expectSync } from './scope.ts';
import { show } from './shape.ts';
import type { GraphNode } from './tensor.ts';
import { Tensor } from './tensor.ts';

let recording = true;

/** Refuses inputs that were written after the forward pass, while the gradient of a node that has such is worked out. */
let expectUnwritten: ((inputs: readonly Tensor[]) => void) | null = null;

/**
 * Runs `body`, which must not be asynchronous, without building a graph: for evaluation. What it computes has no gradient.
 *
 * @returns what `body` does
 * @throws InkgradError for what is no function, and for one that gives a promise
 * @category Gradients
 * @example
 * import { F, noGrad, Tensor } from 'inkgrad';
 *
 * const w = Tensor.from([2]).trained();
 * const y = noGrad(() => F.mul(w, 3));
 * console.log(y.requiresGrad, F.mul(w, 3).requiresGrad);
 * // false true
 */
export function noGrad<T>(body: () => T): T {
  expectBody('noGrad', body);
  return withRecording(false, () => expectSync('noGrad', body()));
}

export function withRecording<T>(on: boolean, body: () => T): T {
  const before = recording;
  recording = on;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/**
 * Runs the gradient of a node. PyTorch's rule: what has been written since the forward pass is an error where its
 * numbers are needed, and only there.
 */
export function withNumbersOf<T>(caller: string, node: GraphNode, derive: () => T): T {
  const { op, inputs, outputs, versions, step } = node;
  const all = [...inputs, ...outputs];
  const isWritten = (tensor: Tensor) => tensor.version !== versions[all.indexOf(tensor)];
  // What a captured step takes from a forward pass outside of it must be as it was in each run.
  const runs = currentStep() === step ? null : currentStep();
  if (runs === null && !all.some(isWritten)) return derive();
  const before = expectUnwritten;
  expectUnwritten = (used) => {
    for (const tensor of used.filter((each) => all.includes(each))) {
      const expect = () => {
        if (tensor.disposed || !isWritten(tensor)) return;
        throw new InkgradError(
          `${caller}: the gradient of ${op.name} needs ${show(tensor.shape)} as it was, and it was written since; call ${caller}() before write() or an optimiser's step`,
        );
      };
      expect();
      runs?.beforeRun(expect);
    }
  };
  try {
    return derive();
  } finally {
    expectUnwritten = before;
  }
}

/**
 * Runs an op and notes how its outputs were made, so that a gradient flows back through it: what the functions of `F` are made
 * of, and what a program does with an op of its own.
 *
 * @param inputs on one device
 * @param attrs the op's settings; `{}` where it has none
 * @param device where it runs: that of its inputs, unless it has none
 * @returns its outputs, as its shape rule has them
 * @throws ShapeError for inputs that do not fit
 * @category Gradients
 * @example
 * import { apply, grad, type Op, Tensor } from 'inkgrad';
 *
 * const cube: Op = {
 *   name: 'cube',
 *   infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
 *   define: ([x], [y]) => {
 *     for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] ** 3;
 *   },
 *   grad: ({ F, g, inputs: [x] }) => [F.mul(g, F.mul(F.mul(x, x), 3))],
 * };
 * const x = Tensor.from([1, 2]).trained();
 * const [y] = apply(cube, [x], {});
 * const [slope] = grad(y, [x], { gradOutput: Tensor.from([1, 1]) });
 * console.log(await y.toArray(), await slope.toArray());
 * // [ 1, 8 ] [ 3, 12 ]
 */
export function apply<A extends object>(
  op: Op<A>,
  inputs: readonly Tensor[],
  attrs: A,
  device: Device = deviceOf(op, inputs),
): Tensor[] {
  return applied(op, inputs, attrs, device, op.functions);
}

/**
 * `apply` for ops whose gradients take other functions than all do, which are handed along: so a program carries those of the
 * ops that it applies, and of no others.
 */
export const applyWith =
  (functions: MoreFunctions): typeof apply =>
  (op, inputs, attrs, device = deviceOf(op, inputs)) =>
    applied(op, inputs, attrs, device, functions);

function applied<A extends object>(
  op: Op<A>,
  inputs: readonly Tensor[],
  attrs: A,
  device: Device,
  functions: MoreFunctions | undefined,
): Tensor[] {
  expectUnwritten?.(inputs);
  const specs = op.infer(inputs, attrs);
  const outputs = specs.map(({ shape, dtype }) =>
    op.isView ? inputs[0].view(shape) : Tensor.empty(device, shape, dtype),
  );
  try {
    if (!op.isView) device.run(op, inputs, outputs, attrs);
  } catch (error) {
    for (const output of outputs) output.dispose();
    throw error;
  }
  record(op, attrs, inputs, outputs, functions);
  return outputs;
}

/** Notes that `outputs` were made by `op`, when a gradient may have to flow back through it. */
function record<A extends object>(
  op: Op<A>,
  attrs: A,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  functions: MoreFunctions | undefined,
): void {
  if (!recording || typeof op.grad !== 'function' || !inputs.some((tensor) => tensor.requiresGrad)) return;
  const versions = [...inputs, ...outputs].map(({ version }) => version);
  const node: GraphNode = { op, attrs, inputs, outputs, functions, versions, step: currentStep() };
  for (const output of outputs) {
    if (output.dtype === 'int32') continue;
    output.requiresGrad = true;
    output.node = node;
  }
}

/** Runs an op that updates `targets` in place: optimiser steps. Nothing is recorded. */
export function update<A extends object>(
  op: Op<A>,
  inputs: readonly Tensor[],
  targets: readonly Tensor[],
  attrs: A,
): void {
  const device = deviceOf(op, [...inputs, ...targets]);
  op.infer([...inputs, ...targets], attrs);
  device.run(op, inputs, targets, attrs);
  for (const target of targets) target.touched();
}

/** The one device that all inputs are on: an op never moves data by itself. */
function deviceOf({ name }: { readonly name: string }, inputs: readonly Tensor[]): Device {
  if (inputs.length === 0) throw new ShapeError(`${name}: no inputs; expected at least one tensor`);
  for (let i = 0; i < inputs.length; i++)
    expectTensor(name, inputs.length === 1 ? 'its input' : `input ${i + 1}`, inputs[i]);
  const [{ device }] = inputs;
  const other = inputs.find((tensor) => tensor.device !== device);
  if (other !== undefined) {
    throw new ShapeError(
      `${name}: inputs on different devices, ${device.kind} and ${other.device.kind}; expected one: Tensor.from(device, data)`,
    );
  }
  return device;
}
