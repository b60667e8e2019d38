import { arithmetic, compute } from './arithmetic.ts';
import { type NodeAt, number, optional, type ReadNode, unless } from './nodeAt.ts';
import { batchNorm, conv, gemm, matMul } from './products.ts';
import { flatten, mean, reshape, squeeze } from './shapes.ts';
import { poolOptions } from './windows.ts';

/** Softmax of the last values only says how they are to be read, as logits. */
function softmax({ chain, node, isLast }: NodeAt): void {
  const axis = number(node, 'axis', -1);
  if (!isLast) chain.refuse(node, 'is not the last; only at the end is there a softmax');
  if (chain.shape.length !== 1 || (axis !== 1 && axis !== -1))
    chain.refuse(node, `is along the axis ${axis} of [batch, ${chain.shape}]`);
}

function dropout(at: NodeAt): void {
  const p = at.node.opset < 12 ? number(at.node, 'ratio', 0.5) : (optional(at, 1)?.data[0] ?? 0.5);
  at.chain.add(at.node, { type: 'dropout', p: unless(0.5, p) });
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
  MaxPool(at) {
    const { overhang: _, ...window } = poolOptions(at);
    at.chain.add(at.node, { type: 'maxPool2d', ...window });
  },
  AveragePool(at) {
    const { overhang, ...window } = poolOptions(at);
    const counts = number(at.node, 'count_include_pad', 0) === 1;
    if (counts && overhang.some((n) => n > 0)) at.chain.refuse(at.node, 'rounds up, where padding counts');
    const countPadding = counts || window.padding === undefined ? undefined : false;
    at.chain.add(at.node, { type: 'avgPool2d', ...window, countPadding });
  },
  GlobalAveragePool: layer('globalAvgPool'),
  ReduceMean: mean,
  Relu: layer('relu'),
  LeakyRelu: ({ chain, node }) =>
    chain.add(node, { type: 'leakyRelu', negativeSlope: unless(0.01, number(node, 'alpha', 0.01)) }),
  Sigmoid: layer('sigmoid'),
  Tanh: layer('tanh'),
  Gelu: ({ chain, node }) =>
    node.attributes.approximate === 'tanh'
      ? chain.refuse(node, 'is approximated by tanh')
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
