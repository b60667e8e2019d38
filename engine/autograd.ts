import { InkgradError } from './errors.ts';
import * as F from './functional.ts';
import { noGrad, withRecording } from './graph.ts';
import { keep, scope } from './scope.ts';
import { show } from './shape.ts';
import type { GraphNode, Tensor } from './tensor.ts';

export interface GradOptions {
  /** dL/d(output); 1 when left out, for an output with one element. */
  gradOutput?: Tensor;
  /** Builds a graph of the gradients too, so that they can be differentiated again. */
  createGraph?: boolean;
}

/**
 * Reverse-mode differentiation: dL/d(input) for each of `inputs`, where L = Σ output·gradOutput.
 * An input on which the output does not depend gets zeros.
 *
 * @throws InkgradError when the output was made without a trained input, or is no scalar and has no gradOutput
 */
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions = {}): Tensor[] {
  const gradients = walk(output, options);
  return inputs.map((input) => gradients.get(input) ?? F.zeros(input.device, input.shape));
}

/** Adds dL/d(leaf) to `leaf.grad` of every trained leaf that `output` was computed from. */
export function backward(output: Tensor, options: Omit<GradOptions, 'createGraph'> = {}): void {
  for (const [tensor, gradient] of walk(output, options)) {
    if (tensor.node !== null || !tensor.requiresGrad) continue;
    const before = tensor.grad;
    // A gradient may share its tensor with another leaf's (a + b hands on one and the same), so each owns a view.
    tensor.grad = keep(before === null ? gradient.detach() : noGrad(() => F.add(before, gradient)));
    before?.dispose();
  }
}

/** Nodes from the output to the leaves, each after all that use it. */
function topological(output: Tensor): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const visit = (node: GraphNode | null): void => {
    if (node === null || seen.has(node)) return;
    seen.add(node);
    for (const input of node.inputs) visit(input.node);
    order.push(node);
  };
  visit(output.node);
  return order.reverse();
}

/** The chain rule along the graph: each node turns the gradient of its output into those of its inputs. */
function walk(output: Tensor, { gradOutput, createGraph = false }: GradOptions): Map<Tensor, Tensor> {
  if (!output.requiresGrad) {
    throw new InkgradError(
      'backward: no trained tensor leads to this output; mark a parameter with trained()',
    );
  }
  if (gradOutput === undefined && output.size !== 1) {
    throw new InkgradError(
      `backward: an output of shape ${show(output.shape)}; give gradOutput, or sum it first`,
    );
  }
  return withRecording(createGraph, () => {
    const gradients = new Map<Tensor, Tensor>();
    gradients.set(output, gradOutput ?? F.fill(output.device, output.shape, 1));
    for (const node of topological(output)) {
      // Only the first output carries a gradient: further ones are indices.
      const g = gradients.get(node.outputs[0]);
      if (g === undefined) continue;
      const { op, attrs, inputs, outputs } = node;
      const needs = inputs.map((input) => input.requiresGrad);
      const rule = op.grad;
      if (typeof rule !== 'function') continue;
      // With createGraph the intermediate values are part of the new graph and stay until the outer scope ends.
      const derive = () => rule({ F, g, inputs, outputs, attrs, needs });
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
