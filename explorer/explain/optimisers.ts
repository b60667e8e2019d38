/** The steps of the optimisers, each number with its gradient and its moments put in. */

import { defined, row, scalar } from './alone.ts';
import type { Explainer, Ran } from './explanation.ts';
import { digits, factor, formula, partOf, single } from './written.ts';

/** The numbers of one parameter: its gradient, itself, its moments; and what the definition makes of the last ones. */
function stepOf(ran: Ran, index: number) {
  const [, hyper, ...updated] = ran.inputs;
  const gradient = single(ran, 0, index);
  const before = updated.map((_, i) => single(ran, 2 + i, index));
  const numbers = [gradient, ...before].map(({ value }) => scalar(value));
  const after = defined(ran.op, [numbers[0], row(hyper.shape, hyper.data), ...numbers.slice(1)], ran.attrs);
  const settings = Array.from(hyper.data, (_, i) => partOf(ran, 1, i));
  return { settings, gradient, before, after: after.map(([value]) => value) };
}

/** g, and with a decay of weights what that adds. */
const decayed = (g: number, decay: number, p: number): string =>
  decay === 0 ? digits(g) : `(${digits(g)} + ${factor(decay)} · ${factor(p)})`;

export const sgdStep: Explainer = (ran, output, index) => {
  const { settings, gradient, before, after } = stepOf(ran, index);
  const [rate, momentum, decay, nesterov] = settings.map(({ value }) => value);
  const [p, velocity] = before;
  const d = decayed(gradient.value, decay, p.value);
  const step = nesterov === 0 ? factor(after[1]) : `(${d} + ${factor(momentum)} · ${factor(after[1])})`;
  const signed = d.startsWith('−') ? `(${d})` : d;
  const texts = [
    `${digits(p.value)} − ${factor(rate)} · ${step}`,
    momentum === 0 ? d : `${digits(momentum)} · ${factor(velocity.value)} + ${signed}`,
  ];
  return formula([p, gradient, velocity], texts[output], after[output], settings);
};

export const adamStep: Explainer = (ran, output, index) => {
  const { settings, gradient, before, after } = stepOf(ran, index);
  const [rate, beta1, beta2, epsilon, correction, decay, shrink, rest1, rest2] = settings.map(
    ({ value }) => value,
  );
  const [p, first, second] = before;
  const d = decayed(gradient.value, decay, p.value * shrink);
  const signed = d.startsWith('−') ? `(${d})` : d;
  const shrunk = shrink === 1 ? digits(p.value) : `${digits(p.value)} · ${digits(shrink)}`;
  const slope = `(√${digits(after[2])} / ${digits(correction)} + ${digits(epsilon)})`;
  const texts = [
    `${shrunk} − ${factor(rate)} · ${factor(after[1])} / ${slope}`,
    `${digits(beta1)} · ${factor(first.value)} + ${factor(rest1)} · ${signed}`,
    `${digits(beta2)} · ${digits(second.value)} + ${factor(rest2)} · ${signed}²`,
  ];
  return formula([p, gradient, first, second], texts[output], after[output], settings);
};
