import { ShapeError } from './errors.ts';
import type { Op, Rule } from './op.ts';
import type { GraphNode } from './tensor.ts';
import { Tensor } from './tensor.ts';

let recording = true;

/** Runs `body` without building a graph: for evaluation, and for the values inside a gradient. */
export function noGrad<T>(body: () => T): T {
  return withRecording(false, body);
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

/** Runs an op on the device of its inputs and notes how its outputs were made. */
export function apply<A extends object>(op: Op<A> | Rule<A>, inputs: readonly Tensor[], attrs: A): Tensor[] {
  const device = inputs[0].device;
  if (inputs.some((tensor) => tensor.device !== device)) {
    throw new ShapeError(`${op.name}: inputs on different devices; expected one device`);
  }
  const specs = op.infer(inputs, attrs);
  // An op without kernels only changes the shape: its output looks at the same memory.
  const outputs =
    'cpu' in op
      ? specs.map((spec) => Tensor.empty(device, spec.shape, spec.dtype))
      : specs.map((spec) => inputs[0].view(spec.shape));
  if ('cpu' in op) device.run(op, inputs, outputs, attrs);
  record(op, attrs, inputs, outputs);
  return outputs;
}

/** Notes that `outputs` were made by `op`, when a gradient may have to flow back through it. */
function record<A extends object>(
  op: Rule<A>,
  attrs: A,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): void {
  if (!recording || typeof op.grad !== 'function' || !inputs.some((tensor) => tensor.requiresGrad)) return;
  const node: GraphNode = { op, attrs, inputs, outputs };
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
  op.infer([...inputs, ...targets], attrs);
  targets[0].device.run(op, inputs, targets, attrs);
}
