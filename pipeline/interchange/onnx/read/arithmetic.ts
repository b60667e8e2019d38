import type { Before } from '../../foreign.ts';
import type { OnnxTensor } from '../tensors.ts';
import { type Affine, refuse } from './chain.ts';
import { constant, type NodeAt } from './nodeAt.ts';

/**
 * A constant that goes along with every image, as a number for each channel or feature: of one number, or of so many on the
 * axis of the channels and of one on the others.
 */
function perChannel({ chain }: NodeAt, { shape, data }: OnnxTensor): Float32Array {
  const rank = chain.shape.length;
  const own = [...Array(Math.max(0, rank - shape.length)).fill(1), ...shape].slice(-rank);
  const isAlong = data.length === own[0] && own[0] === chain.shape[0];
  if (data.length === 1) return new Float32Array(chain.shape[0]).fill(data[0]);
  return isAlong
    ? Float32Array.from(data)
    : refuse(`has a constant [${shape}] that is not one number for each channel`);
}

export const arithmetic: Readonly<
  Record<string, (value: number) => { readonly scale?: number; readonly shift?: number }>
> = {
  Add: (value) => ({ shift: value }),
  Sub: (value) => ({ shift: -value }),
  Mul: (value) => ({ scale: value }),
  Div: (value) => ({ scale: 1 / value }),
};

/** What is done to the input, and then, for all channels or each of them, what an operator does. */
function after({ scale, shift }: Before, parts: readonly ReturnType<(typeof arithmetic)[string]>[]): Before {
  const of = <T>(list: readonly T[], k: number): T => list[list.length === 1 ? 0 : k];
  const channels = Array.from({ length: Math.max(scale.length, parts.length) }, (_, k) => {
    const { scale: factor = 1, shift: more = 0 } = of(parts, k);
    return { scale: of(scale, k) * factor, shift: of(shift, k) * factor + more };
  });
  return { scale: channels.map((each) => each.scale), shift: channels.map((each) => each.shift) };
}

/**
 * x with a constant: before all layers it normalises the input, before a last softmax it is a temperature, and after a layer
 * with weights it goes into them, as MatMul and Add do.
 */
export function compute(at: NodeAt): void {
  const { chain, node, constants } = at;
  const side = constants.get(node.inputs[0]) ? 0 : 1;
  const operand = constant(at, side);
  if (side === 0 && (node.op === 'Sub' || node.op === 'Div')) refuse('takes a constant first');
  const means = arithmetic[node.op];
  const isOne = operand.data.length === 1;
  if (chain.layers.length === 0 && chain.padding === null) {
    const parts = (isOne ? [operand.data[0]] : Array.from(perChannel(at, operand))).map(means);
    chain.before = after(chain.before, parts);
    return;
  }
  const { scale } = means(operand.data[0]);
  if (at.endsInSoftmax && isOne && scale !== undefined && scale > 0) {
    chain.temperature /= scale;
    return;
  }
  const values = perChannel(at, operand);
  const parts = Array.from(values, means);
  const part = (key: keyof Affine): Float32Array | null =>
    parts[0][key] === undefined ? null : Float32Array.from(parts, (each) => each[key]!);
  chain.fold({ scale: part('scale'), shift: part('shift') });
}
