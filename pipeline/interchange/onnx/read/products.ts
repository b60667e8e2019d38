import type { StoredTensor } from '../../../formats/safetensors.ts';
import { refuse } from './chain.ts';
import { constant, type NodeAt, number, numbers, optional, unless, weights } from './nodeAt.ts';
import { windowOptions } from './windows.ts';

const times = (tensor: StoredTensor, factor: number): StoredTensor =>
  factor === 1 ? tensor : { ...tensor, data: (tensor.data as Float32Array).map((value) => value * factor) };

export function conv(at: NodeAt): void {
  const { chain, node } = at;
  const weight = weights(constant(at, 1));
  const bias = optional(at, 2);
  const window = windowOptions(at, numbers(node, 'kernel_shape') ?? weight.shape.slice(2), [1, 1]);
  const groups = number(node, 'group', 1);
  chain.add(
    node,
    {
      type: 'conv2d',
      outChannels: weight.shape[0],
      ...window,
      groups: groups === 1 ? undefined : groups,
      bias: bias ? undefined : false,
    },
    { weight, ...(bias && { bias: weights(bias) }) },
  );
}

/** x·Wᵀ + b; `weight` is [out,in]. */
function linear(at: NodeAt, weight: StoredTensor, bias?: StoredTensor): void {
  const [features] = weight.shape;
  at.chain.add(
    at.node,
    { type: 'linear', outFeatures: features, bias: bias ? undefined : false },
    { weight, ...(bias && { bias }) },
  );
}

/** [in,out] → [out,in] */
function turned({ shape: [rows, columns], data }: StoredTensor): StoredTensor {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[(i % columns) * rows + Math.floor(i / columns)] = data[i];
  return { shape: [columns, rows], data: out };
}

/** A matrix that features are multiplied by, as weights. */
function matrix(at: NodeAt): StoredTensor {
  const { chain, node } = at;
  if (node.inputs[0] !== '' && at.constants.get(node.inputs[0])) refuse('multiplies from the left');
  const found = weights(constant(at, 1));
  if (found.shape.length !== 2 || chain.shape.length !== 1) {
    return refuse(
      `multiplies [${chain.shape}] by [${found.shape}]; a linear layer takes features and a matrix`,
    );
  }
  return found;
}

export const matMul = (at: NodeAt): void => linear(at, turned(matrix(at)));

export function gemm(at: NodeAt): void {
  const { node } = at;
  const given = matrix(at);
  if (number(node, 'transA', 0) !== 0) refuse('has transA');
  const weight = number(node, 'transB', 0) === 0 ? turned(given) : given;
  const bias = optional(at, 2);
  const whole = bias && spread(weights(bias), weight.shape[0]);
  linear(at, times(weight, number(node, 'alpha', 1)), whole && times(whole, number(node, 'beta', 1)));
}

/** A bias of [features], [1,features] or one number. */
function spread({ shape, data }: StoredTensor, features: number): StoredTensor {
  if (data.length === 1) return { shape: [features], data: new Float32Array(features).fill(data[0]) };
  if (data.length === features && shape.at(-1) === features) return { shape: [features], data };
  return refuse(`has a bias [${shape}] for ${features} features`);
}

/** Of features there is no layer for it: there it goes into the linear layer before. */
export function batchNorm(at: NodeAt): void {
  const { chain, node } = at;
  if (number(node, 'training_mode', 0) !== 0) refuse('is one of training');
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((place) => weights(constant(at, place)));
  const eps = number(node, 'epsilon', 1e-5);
  if (chain.shape.length === 3) {
    const named = { weight, bias, runningMean: mean, runningVar: variance };
    chain.add(node, { type: 'batchNorm2d', eps: unless(1e-5, eps) }, named);
    return;
  }
  const scale = Float32Array.from(weight.data, (value, i) => value / Math.sqrt(variance.data[i] + eps));
  const shift = Float32Array.from(bias.data, (value, i) => value - mean.data[i] * scale[i]);
  chain.fold({ scale, shift });
}
