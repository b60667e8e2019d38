/** Softmax and the surprise, in which all numbers of a row meet. */

import type { CrossEntropyAttrs } from '../../engine/ops/crossEntropy.ts';
import type { SoftmaxAttrs } from '../../engine/ops/softmax.ts';
import { resolveAxis, stridesOf } from '../../engine/shape.ts';
import { defined, row } from './alone.ts';
import type { Explainer, Numbers, Term } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, factor, formula, partOf, single } from './written.ts';

const values = (terms: readonly Term[]): number[] => terms.map(({ value }) => value);

/** `e^1.2 + e^0.3 + …` */
function exponentials(terms: readonly Term[]): string {
  const shown = terms.slice(0, terms.length > 3 ? 2 : 3).map(({ value }) => `e^${factor(value)}`);
  return [...shown, ...(terms.length > 3 ? ['…'] : [])].join(' + ');
}

function alongAxis(name: 'softmax' | 'logSoftmax'): Explainer {
  return (ran, _output, index) => {
    const { shape } = ran.inputs[0];
    const axis = resolveAxis(name, (ran.attrs as SoftmaxAttrs).axis, shape.length);
    const stride = stridesOf(shape)[axis];
    const own = unravel(shape, index)[axis];
    const terms = Array.from({ length: shape[axis] }, (_, k) => single(ran, 0, index + (k - own) * stride));
    const [softened] = defined(name, [row([terms.length], values(terms))], { axis: 0 });
    const x = terms[own].value;
    const text = {
      softmax: `e^${factor(x)} / (${exponentials(terms)})`,
      logSoftmax: `${digits(x)} − ln(${exponentials(terms)})`,
    };
    return formula(terms, text[name], softened[own]);
  };
}

export const softmax = alongAxis('softmax');
export const logSoftmax = alongAxis('logSoftmax');

const labelOf = (label: number): Numbers => ({ shape: [1], dtype: 'int32', data: Int32Array.of(label) });

export const crossEntropy: Explainer = (ran, _output, index) => {
  const classes = ran.inputs[0].shape[1];
  const terms = Array.from({ length: classes }, (_, c) => single(ran, 0, index * classes + c));
  const label = partOf(ran, 1, index);
  const { labelSmoothing } = ran.attrs as CrossEntropyAttrs;
  const logits = row([1, classes], values(terms));
  const [[result]] = defined('crossEntropy', [logits, labelOf(label.value)], { labelSmoothing });
  const own = factor(terms[label.value].value);
  const mean = values(terms).reduce((sum, value) => sum + value, 0) / classes;
  const smoothed = `(${digits(1 - labelSmoothing)} · ${own} + ${digits(labelSmoothing)} · ${factor(mean)})`;
  const text = `ln(${exponentials(terms)}) − ${labelSmoothing === 0 ? own : smoothed}`;
  return formula(terms, text, result, [label]);
};

export const crossEntropyGrad: Explainer = (ran, _output, index) => {
  const classes = ran.inputs[0].shape[1];
  const [at, c] = unravel(ran.outputs[0].shape, index);
  const terms = Array.from({ length: classes }, (_, k) => single(ran, 0, at * classes + k));
  const label = partOf(ran, 1, at);
  const g = single(ran, 2, at);
  const logits = row([1, classes], values(terms));
  const { labelSmoothing } = ran.attrs as CrossEntropyAttrs;
  const [d] = defined('crossEntropyGrad', [logits, labelOf(label.value), row([1], [g.value])], {
    labelSmoothing,
  });
  const share = defined('softmax', [logits], { axis: 1 })[0][c];
  const target = (label.value === c ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
  return formula([g, ...terms], `${digits(g.value)} · (${digits(share)} − ${digits(target)})`, d[c], [label]);
};
