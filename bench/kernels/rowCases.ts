/** Sums, maxima, softmax and losses over axes that are short or long, many or few: no model here has them all. */
import { ops } from '../../engine/ops/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { Case } from './case.ts';
import { caseOf } from './case.ts';
import { below } from './fill.ts';

const group = 'rows';
const named = (shape: Shape): string => shape.join('×');

/** Shapes, and the axes that go. */
const REDUCED: readonly (readonly [Shape, readonly number[]])[] = [
  // Short rows that lie side by side.
  [[1_000_000, 2], [1]],
  [[100_000, 10], [1]],
  [[40_000, 50], [1]],
  [[4000, 1000], [1]],
  // Short columns.
  [[64, 3, 224 * 224], [1]],
  [[64, 100_000], [0]],
  // All but the channels, and two axes with one between them.
  [
    [64, 32, 28 * 28],
    [0, 2],
  ],
  [
    [1000, 7, 7, 100],
    [0, 2],
  ],
];

const CLASSES: readonly Shape[] = [
  [8192, 10],
  [64, 1000],
  [32, 50_000],
];

const reductions = (op: 'sum' | 'max' | 'argmax'): Case[] =>
  REDUCED.map(([shape, axes]) =>
    caseOf(
      { name: `rows ${op} ${named(shape)} over ${axes.join(' and ')}`, group, flops: sizeOf(shape) },
      ops[op],
      [shape],
      { axes, keepDims: false },
    ),
  );

/** Maximum, difference, exponential, sum, and a quotient or logarithm. */
function classCases(shape: Shape): Case[] {
  const [rows, classes] = shape;
  const about = (op: string) => ({ name: `rows ${op} ${named(shape)}`, group, flops: 5 * sizeOf(shape) });
  const labels = { shape: [rows], dtype: 'int32', fill: below(classes) } as const;
  return [
    caseOf(about('softmax'), ops.softmax, [shape], { axis: 1 }),
    caseOf(about('logSoftmax'), ops.logSoftmax, [shape], { axis: 1 }),
    caseOf(about('crossEntropy'), ops.crossEntropy, [shape, labels], { labelSmoothing: 0 }),
    caseOf(about('crossEntropy grad'), ops.crossEntropyGrad, [shape, labels, [rows]], { labelSmoothing: 0 }),
  ];
}

export const rowCases = (): Case[] => [
  ...(['sum', 'max', 'argmax'] as const).flatMap(reductions),
  ...CLASSES.flatMap(classCases),
  caseOf(
    { name: 'rows softmax 16×21×128×128 over 1', group, flops: 5 * 16 * 21 * 128 * 128 },
    ops.softmax,
    [[16, 21, 128, 128]],
    {
      axis: 1,
    },
  ),
];
