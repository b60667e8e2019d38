import { currentStep } from './devices/capture/notes.ts';
import { InkgradError, ShapeError, whatIs } from './errors.ts';
import * as F from './functional/gradients.ts';
import { noGrad, withNumbersOf, withRecording } from './graph.ts';
import type { Functions, MoreFunctions } from './op.ts';
import { checkOptions } from './options.ts';
import { keep, scope } from './scope.ts';
import { sameShape, show } from './shape.ts';
import type { GraphNode, Tensor } from './tensor.ts';

/** How a gradient is worked out. */
export interface GradOptions {
  /** dL/d(output); 1 when left out, for an output with one element. */
  gradOutput?: Tensor;
  /** Builds a graph of the gradients too, so that they can be differentiated again. */
  createGraph?: boolean;
}

/**
 * Reverse-mode differentiation: dL/d(input) for each of `inputs`, where L = Σ output·gradOutput. The gradients
 * are tensors of their own. An input on which the output does not depend gets zeros.
 *
 * @param output with one element, or of any shape beside a `gradOutput`
 * @param inputs trained ones, or what was computed from such
 * @returns a tensor of the shape of each input
 * @throws InkgradError when an input is not trained, or the output is no scalar and has no gradOutput
 * @category Gradients
 * @example
 * import { F, grad, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([1, 2, 3]).trained();
 * const [slope] = grad(F.sum(F.mul(x, x)), [x]);
 * console.log(await slope.toArray());
 * // [ 2, 4, 6 ]
 *
 * // The gradient of a gradient: d²(x³)/dx² = 6x.
 * const [first] = grad(F.sum(F.power(x, 3)), [x], { createGraph: true });
 * const [second] = grad(F.sum(first), [x]);
 * console.log(await second.toArray());
 * // [ 6, 12, 18 ]
 */
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions = {}): Tensor[] {
  checkOptions('grad', options, { gradOutput: true, createGraph: true });
  if (!Array.isArray(inputs)) {
    throw new InkgradError(`grad: ${whatIs(inputs)} as inputs; expected an array: grad(loss, [x])`);
  }
  const odd = inputs.findIndex((input) => input?.requiresGrad !== true);
  if (odd >= 0) {
    const what = inputs[odd] === undefined ? 'undefined' : `${show(inputs[odd].shape)} is not trained`;
    throw new InkgradError(`grad: input ${odd}, ${what}; mark it with trained() before it is used`);
  }
  const collect = () => {
    const gradients = walk('grad', output, options);
    const own = apart(options);
    return inputs.map((input) => {
      const found = gradients.get(input);
      return found === undefined ? F.zeros(input.device, input.shape) : own(found);
    });
  };
  // With createGraph the intermediate values are part of the new graph and stay until the scope around ends.
  return options.createGraph === true ? withRecording(true, collect) : scope(collect);
}

/**
 * Adds dL/d(leaf) to `leaf.grad` of every trained leaf that `output` was computed from, where L = Σ output·gradOutput.
 *
 * @param output with one element, or of any shape beside a `gradOutput`
 * @throws InkgradError when nothing that it was computed from is trained, or it is no scalar and has no gradOutput
 * @category Gradients
 * @example
 * import { backward, F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]).trained();
 * backward(F.mean(F.mul(x, x)));
 * console.log(await x.grad.toArray());
 * // [ [ 0.5, 1 ], [ 1.5, 2 ] ]
 */
export function backward(output: Tensor, options: Omit<GradOptions, 'createGraph'> = {}): void {
  checkOptions('backward', options, { gradOutput: true });
  scope(() => {
    const own = apart(options);
    for (const [leaf, gradient] of walk('backward', output, options)) {
      if (leaf.node !== null || !leaf.requiresGrad) continue;
      const before = leaf.hasGrad ? leaf.grad : null;
      currentStep()?.gradientMade(leaf, before === null);
      leaf.grad = keep(noGrad(() => (before === null ? own(gradient) : F.add(before, gradient))));
      before?.dispose();
    }
  });
}

/**
 * Makes gradients tensors that share memory with no other: a + b hands one and the same to a and b, and perhaps the
 * caller's. The first gets a view, the others copies.
 */
function apart({ gradOutput }: GradOptions): (gradient: Tensor) => Tensor {
  const taken = new Set([gradOutput?.storage]);
  return (gradient) => {
    const { storage, shape } = gradient;
    const isTaken = taken.has(storage);
    taken.add(storage);
    const start = shape.map(() => 0);
    return isTaken ? F.slice(gradient, start, shape) : F.reshape(gradient, shape);
  };
}

/** Nodes from the output to the leaves, each after all that use it. A stack of our own: graphs can be deep. */
function topological(caller: string, output: Tensor): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number }[] = [];
  const enter = ({ node, requiresGrad, disposed, shape }: Tensor): void => {
    // What was freed has forgotten how it was made, and would pass for a leaf.
    if (disposed && requiresGrad) {
      throw new InkgradError(
        `${caller}: a tensor ${show(shape)} of the graph was freed; call ${caller}() in the scope of the forward pass, or keep() it`,
      );
    }
    if (node === null || seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  enter(output);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.next < top.node.inputs.length) enter(top.node.inputs[top.next++]);
    else order.push(stack.pop()!.node);
  }
  return order.reverse();
}

/** What gradients are written in that take more functions than all do: put together once, for there are many nodes. */
const together = new WeakMap<MoreFunctions, Functions>();

function functionsOf({ functions }: GraphNode): Functions {
  if (functions === undefined) return F;
  const before = together.get(functions);
  if (before !== undefined) return before;
  const all = { ...F, ...functions() };
  together.set(functions, all);
  return all;
}

/** The chain rule along the graph: each node turns the gradient of its output into those of its inputs. */
function walk(
  caller: string,
  output: Tensor,
  { gradOutput, createGraph = false }: GradOptions,
): Map<Tensor, Tensor> {
  if (output?.shape === undefined) {
    throw new InkgradError(`${caller}: ${whatIs(output)}; expected the tensor of a loss: ${caller}(loss)`);
  }
  if (!output.requiresGrad) {
    throw new InkgradError(
      `${caller}: no trained tensor leads to this output; mark a parameter with trained() before it is used, outside of noGrad()`,
    );
  }
  if (gradOutput === undefined && output.size !== 1) {
    throw new InkgradError(
      `${caller}: an output of shape ${show(output.shape)}; make it one number by F.mean or F.sum, or give gradOutput`,
    );
  }
  if (gradOutput !== undefined && !sameShape(gradOutput.shape, output.shape)) {
    throw new ShapeError(
      `${caller}: gradOutput ${show(gradOutput.shape)} for an output ${show(output.shape)}; expected that shape`,
    );
  }
  return withRecording(createGraph, () => {
    const nodes = topological(caller, output);
    const gradients = new Map<Tensor, Tensor>();
    gradients.set(output, gradOutput ?? F.full(output.device, output.shape, 1));
    for (const node of nodes) {
      const { op, attrs, inputs, outputs } = node;
      const found = outputs.map((each) => gradients.get(each) ?? null);
      if (found.every((each) => each === null)) continue;
      const needs = inputs.map((input) => input.requiresGrad);
      const rule = op.grad;
      if (typeof rule !== 'function') continue;
      const derive = () => {
        const [first, ...rest] = found;
        const g = first ?? F.zeros(outputs[0].device, outputs[0].shape);
        const context = { F: functionsOf(node), g, rest, inputs, outputs, attrs, needs };
        return withNumbersOf(caller, node, () => rule(context));
      };
      // What a rule makes on its way to its result is freed at once, unless it is part of a graph.
      const parts = createGraph ? derive() : scope(derive);
      inputs.forEach((input, i) => {
        const part = parts[i];
        if (!needs[i] || part === null) return;
        const sum = gradients.get(input);
        gradients.set(input, sum === undefined ? part : F.add(sum, part));
      });
    }
    return gradients;
  });
}
