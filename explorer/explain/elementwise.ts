/** Functions of single numbers. What they come to is what the op's own definition makes of those alone. */

import type { BinaryRow } from '../../engine/ops/binary.ts';
import { binaryRows } from '../../engine/ops/binary.ts';
import type { DropoutAttrs } from '../../engine/ops/dropout.ts';
import type { LerpAttrs } from '../../engine/ops/lerp.ts';
import type { UnaryAttrs, UnaryRow } from '../../engine/ops/unary.ts';
import { unaryRows } from '../../engine/ops/unary.ts';
import { broadcastStrides, offsetOf } from '../../engine/shape.ts';
import { defined, row, scalar } from './alone.ts';
import type { Explained, Explainer } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, factor, formula, partOf, product, single, sumOf } from './written.ts';

/** How a function of one number is written with the number put in; `name(x)` where a row is not here. */
const unaryTexts: Readonly<Record<string, (x: number, a: number, b: number) => string>> = {
  neg: (x) => `−${factor(x)}`,
  affine: (x, a, b) =>
    b === 0 ? `${digits(a)} · ${factor(x)}` : `${digits(a)} · ${factor(x)} + ${factor(b)}`,
  exp: (x) => `e^${factor(x)}`,
  log: (x) => `ln ${factor(x)}`,
  sqrt: (x) => `√${factor(x)}`,
  power: (x, a) => `${factor(x)}^${factor(a)}`,
  abs: (x) => `|${digits(x)}|`,
  clamp: (x, a, b) => `min(max(${digits(x)}, ${digits(a)}), ${digits(b)})`,
  relu: (x) => `max(${digits(x)}, 0)`,
  leakyRelu: (x, a) => (x > 0 ? digits(x) : `${digits(a)} · ${factor(x)}`),
  elu: (x, a) => (x > 0 ? digits(x) : `${digits(a)} · (e^${factor(x)} − 1)`),
  softplus: (x) => `ln(1 + e^${factor(x)})`,
  sigmoid: (x) => `1 / (1 + e^${factor(-x)})`,
  gelu: (x) => `${digits(x)} · Φ(${digits(x)})`,
  geluSlope: (x) => `Φ(${digits(x)}) + ${digits(x)} · φ(${digits(x)})`,
  hardSigmoid: (x) => `min(max(${digits(x)} / 6 + 0.5, 0), 1)`,
};

/** What is let through or not, in words that end in the result. */
const verdicts: Readonly<Record<string, (...numbers: number[]) => string>> = {
  step: (x, a) => (x > 0 ? `${digits(x)} > 0: 1` : `${digits(x)} ≤ 0: ${digits(a)}`),
  gate: (a, b) =>
    b > 0 ? `${digits(b)} > 0 lets it through: ${digits(a)}` : `${digits(b)} ≤ 0 holds ${digits(a)} back: 0`,
};

/** The same for two; a sum and a product are explained as such. */
const binaryTexts: Readonly<Record<string, (a: number, b: number) => string>> = {
  sub: (a, b) => `${digits(a)} − ${factor(b)}`,
  div: (a, b) => `${digits(a)} / ${factor(b)}`,
  pow: (a, b) => `${factor(a)}^${factor(b)}`,
  maximum: (a, b) => `max(${digits(a)}, ${digits(b)})`,
  minimum: (a, b) => `min(${digits(a)}, ${digits(b)})`,
};

function unary(name: string): Explainer {
  const text = unaryTexts[name] ?? ((x) => `${name}(${digits(x)})`);
  return (ran, _output, index) => {
    const term = single(ran, 0, index);
    const { a, b } = ran.attrs as UnaryAttrs;
    const [[result]] = defined(name, [scalar(term.value)], ran.attrs);
    const explained = formula([term], text(term.value, a, b), result);
    return name in verdicts ? { ...explained, written: verdicts[name](term.value, a) } : explained;
  };
}

function binary(name: string): Explainer {
  const text = binaryTexts[name] ?? ((a, b) => `${name}(${digits(a)}, ${digits(b)})`);
  return (ran, _output, index) => {
    const { shape } = ran.outputs[0];
    const place = unravel(shape, index);
    const parts = ran.inputs.map((input, i) =>
      partOf(ran, i, offsetOf(place, broadcastStrides(input.shape, shape))),
    );
    if (name === 'add') return sumOf(parts.map((part) => product([part])));
    if (name === 'mul') return sumOf([product(parts)]);
    const [a, b] = parts.map(({ value }) => value);
    const [[result]] = defined(name, [scalar(a), scalar(b)], ran.attrs);
    const explained = formula(
      parts.map((part) => product([part])),
      text(a, b),
      result,
    );
    return name in verdicts ? { ...explained, written: verdicts[name](a, b) } : explained;
  };
}

const mapped = <R>(rows: Readonly<Record<string, R>>, explain: (name: string) => Explainer) =>
  Object.fromEntries(Object.keys(rows).map((name) => [name, explain(name)]));

export const unaries = mapped<UnaryRow>(unaryRows, unary);
export const binaries = mapped<BinaryRow>(binaryRows, binary);

/** Which elements stay depends on where they are: the definition says it of ones. */
export const dropout: Explainer = (ran, _output, index): Explained => {
  const { p } = ran.attrs as DropoutAttrs;
  const ones = row([index + 1], new Float64Array(index + 1).fill(1));
  const weight = defined('dropout', [ones, ran.inputs[1]], ran.attrs)[0][index];
  const explained = sumOf([product([partOf(ran, 0, index)], weight)]);
  const scale = weight === 0 ? 'left out' : `kept, by 1 / (1 − ${digits(p)})`;
  return { ...explained, written: `${explained.written} (${scale})` };
};

export const lerp: Explainer = (ran, _output, index) => {
  const { weight } = ran.attrs as LerpAttrs;
  const [x, target] = [single(ran, 0, index), single(ran, 1, index)];
  const [[result]] = defined('lerp', [scalar(x.value), scalar(target.value)], ran.attrs);
  const [to, from] = [digits(x.value), factor(target.value)];
  return formula([target, x], `${digits(target.value)} + ${digits(weight)} · (${to} − ${from})`, result);
};
