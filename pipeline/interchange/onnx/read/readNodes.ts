import { arithmetic, compute } from './arithmetic.ts';
import { refuse } from './chain.ts';
import { type NodeAt, neat, number, optional, type ReadNode, unless } from './nodeAt.ts';
import { batchNorm, conv, gemm, matMul } from './products.ts';
import { flatten, mean, reshape, squeeze } from './shapes.ts';
import { averagePool, maxPool, pad } from './windows.ts';

/** Softmax of the last values only says how they are to be read, as logits. */
function softmax({ chain, node, isLast }: NodeAt): void {
  const axis = number(node, 'axis', -1);
  if (!isLast) refuse('is not the last; only at the end is there a softmax');
  if (chain.shape.length !== 1 || (axis !== 1 && axis !== -1))
    refuse(`is along the axis ${axis} of [batch, ${chain.shape}]`);
}

function dropout(at: NodeAt): void {
  const p = at.node.opset < 12 ? number(at.node, 'ratio', 0.5) : (optional(at, 1)?.data[0] ?? 0.5);
  at.chain.add(at.node, { type: 'dropout', p: unless(0.5, p) });
}

/** With the two constants for which it is made; older files state them rounded. */
function selu({ chain, node }: NodeAt): void {
  const constants = { alpha: 1.6732632, gamma: 1.050701 };
  for (const [name, usual] of Object.entries(constants)) {
    const value = number(node, name, usual);
    if (Math.abs(value - usual) > 1e-4) refuse(`has the ${name} ${neat(value)}; expected ${neat(usual)}`);
  }
  chain.add(node, { type: 'selu' });
}

/** x·σ(αx) */
function silu({ chain, node }: NodeAt): void {
  const alpha = number(node, 'alpha', 1);
  if (alpha !== 1) refuse(`has the alpha ${neat(alpha)}; expected 1`);
  chain.add(node, { type: 'silu' });
}

const layer =
  (type: string): ReadNode =>
  ({ chain, node }) =>
    chain.add(node, { type });

/** Operators, and what they become. */
export const nodeReaders: Readonly<Record<string, ReadNode>> = {
  Conv: conv,
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNorm,
  MaxPool: maxPool,
  AveragePool: averagePool,
  Pad: pad,
  GlobalAveragePool: layer('globalAvgPool'),
  ReduceMean: mean,
  Relu: layer('relu'),
  LeakyRelu: ({ chain, node }) =>
    chain.add(node, { type: 'leakyRelu', negativeSlope: unless(0.01, number(node, 'alpha', 0.01)) }),
  Elu: ({ chain, node }) => chain.add(node, { type: 'elu', alpha: unless(1, number(node, 'alpha', 1)) }),
  Selu: selu,
  Softplus: layer('softplus'),
  HardSwish: layer('hardSwish'),
  Swish: silu,
  Sigmoid: layer('sigmoid'),
  Tanh: layer('tanh'),
  Gelu: ({ chain, node }) =>
    node.attributes.approximate === 'tanh'
      ? refuse('is approximated by tanh')
      : chain.add(node, { type: 'gelu' }),
  Flatten: flatten,
  Reshape: reshape,
  Squeeze: squeeze,
  Dropout: dropout,
  Softmax: softmax,
  LogSoftmax: softmax,
  Identity: () => {},
  ...Object.fromEntries(Object.keys(arithmetic).map((op) => [op, compute])),
};
