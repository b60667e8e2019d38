import type { Values } from '../../support/naive.ts';
import { at, shaped, sumOf, sumOver, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

interface Options {
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/** ln softmax along the classes of x [N,C,M]. */
const logSoftmax = (x: Values): Values =>
  tabulate(x.shape, (n, c, m) => {
    return at(x, n, c, m) - Math.log(sumOf(x.shape[1], (k) => Math.exp(at(x, n, k, m))));
  });

/**
 * −(1 − ε)·w[l]·p[n,l,m] − ε/C·Σ w[c]·p[n,c,m] for the labels l [N,M] and p [N,C,M]; their sum, and for a mean that over
 * the sum of w[l].
 */
function negativeLogLikelihood(
  p: Values,
  labels: Values,
  weight: Values | undefined,
  { ignoreIndex, labelSmoothing: e = 0, reduction = 'mean' }: Options,
): Values {
  const weights = tabulate(labels.shape, (n, m) => {
    const label = at(labels, n, m);
    if (label === ignoreIndex) return 0;
    return weight === undefined ? 1 : at(weight, label);
  });
  const losses = tabulate(labels.shape, (n, m) => {
    if (at(labels, n, m) === ignoreIndex) return 0;
    const classes = p.shape[1];
    const all = sumOf(classes, (c) => (weight === undefined ? 1 : at(weight, c)) * at(p, n, c, m));
    return (e - 1) * at(weights, n, m) * at(p, n, at(labels, n, m), m) - (e / classes) * all;
  });
  if (reduction === 'none') return losses;
  const total = sumOver(losses, [0, 1]).data[0];
  return { shape: [], data: [reduction === 'sum' ? total : total / sumOver(weights, [0, 1]).data[0]] };
}

/** Of logits [N,C,…] with and without a weight per class; places after the classes are one axis to the definition. */
const caseOf = (
  name: 'crossEntropy' | 'nllLoss',
  [n, classes, ...places]: readonly number[],
  options: Options,
  weighted: boolean,
): FunctionCase => ({
  inputs: [
    [n, classes, ...places],
    `${[n, ...places]} below ${classes}`,
    ...(weighted ? [`${classes} positive`] : []),
  ],
  call: (F, x, labels, weight) => F[name](x, labels, { ...options, weight }),
  define: (x, labels, weight) => {
    const m = places.reduce((product, length) => product * length, 1);
    const p = shaped(x, n, classes, m);
    const flat = shaped(labels, n, m);
    const loss = negativeLogLikelihood(name === 'nllLoss' ? p : logSoftmax(p), flat, weight, options);
    return options.reduction === 'none' ? shaped(loss, n, ...places) : loss;
  },
});

const kinds: readonly [shape: readonly number[], options: Options, weighted: boolean][] = [
  [[3, 5], {}, false],
  [[3, 5], { reduction: 'sum' }, false],
  [[3, 5], { reduction: 'none' }, false],
  [[11, 5], { ignoreIndex: 2 }, true],
  [[2, 5, 3], { reduction: 'none', ignoreIndex: 0 }, true],
  [[2, 3, 2, 3], { reduction: 'sum' }, true],
  [[2, 3, 2, 3], {}, false],
  [[0, 5], { reduction: 'none' }, false],
  [[7, 5], { labelSmoothing: 0.1 }, false],
  [[11, 3], { labelSmoothing: 0.3, ignoreIndex: 1 }, true],
  [[2, 5, 3], { labelSmoothing: 1, reduction: 'none' }, true],
];

export const losses: FunctionCases = {
  crossEntropy: kinds.map(([...kind]) => caseOf('crossEntropy', ...kind)),
  nllLoss: kinds.map(([...kind]) => caseOf('nllLoss', ...kind)),
};
