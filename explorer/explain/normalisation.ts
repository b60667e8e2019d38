/** Batch normalisation: every number of a channel has to do with all others of it. */

import type { BatchNormAttrs } from '../../engine/ops/normalisation.ts';
import type { RunningAttrs } from '../../engine/ops/runningStatistics.ts';
import { defined, row, scalar } from './alone.ts';
import type { Explainer, Ran, Term } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, factor, formula, meanOf, partOf, single } from './written.ts';

/** The channel of a number of an output, which has one for each channel or the shape of the batch. */
const channelOf = ({ outputs }: Ran, output: number, index: number): number =>
  outputs[output].shape.length === 1 ? index : unravel(outputs[output].shape, index)[1];

/** The places of a channel's numbers in a batch, row-major. */
function placesOf({ inputs }: Ran, input: number, channel: number): number[] {
  const [images, channels, height, width] = inputs[input].shape;
  const pixels = height * width;
  return Array.from({ length: images * pixels }, (_, k) => {
    const image = Math.floor(k / pixels);
    return (image * channels + channel) * pixels + (k % pixels);
  });
}

/** What an op's definition makes of one channel alone: of the batches, and of a number for each of the others. */
function alone(ran: Ran, channel: number): Float64Array[] {
  const inputs = ran.inputs.map((input, i) => {
    if (input.shape.length === 1) return row([1], [input.data[channel]]);
    const [images, , height, width] = input.shape;
    return row(
      [images, 1, height, width],
      placesOf(ran, i, channel).map((at) => input.data[at]),
    );
  });
  return defined(ran.op, inputs, ran.attrs);
}

/** `(1.2 − 0.4) / √(0.09 + 0.00001) · 0.5 + 0.1`, with relu the larger of that and 0. */
function written(numbers: readonly number[], { eps, relu }: BatchNormAttrs): string {
  const [x, mean, variance, weight, bias] = numbers;
  const text = `(${digits(x)} − ${factor(mean)}) / √${digits(variance + eps)} · ${factor(weight)} + ${factor(bias)}`;
  return relu ? `max(${text}, 0)` : text;
}

export const normalise: Explainer = (ran, output, index) => {
  const c = channelOf(ran, output, index);
  const terms = [index, c, c, c, c].map((at, input) => single(ran, input, at));
  const numbers = terms.map(({ value }) => value);
  const [[result]] = defined(
    'normalise',
    numbers.map((value, i) => row(i === 0 ? [1, 1, 1, 1] : [1], [value])),
    ran.attrs,
  );
  return formula(terms, written(numbers, ran.attrs as BatchNormAttrs), result);
};

export const batchNorm: Explainer = (ran, output, index) => {
  const c = channelOf(ran, output, index);
  const places = placesOf(ran, 0, c);
  const terms = places.map((at) => single(ran, 0, at));
  if (output === 1) return meanOf(terms, places.length);
  const [y, [mean], [variance]] = alone(ran, c);
  if (output === 2) {
    const text = `(${digits(terms[0].value)} − ${factor(mean)})² + …`;
    return formula(terms, `(${text}) / ${places.length}`, variance);
  }
  const [x, weight, bias] = [single(ran, 0, index), single(ran, 1, c), single(ran, 2, c)];
  const numbers = [x.value, mean, variance, weight.value, bias.value];
  const others: Term[] = terms.filter(({ parts: [{ index: at }] }) => at !== index);
  const text = written(numbers, ran.attrs as BatchNormAttrs);
  return formula([x, weight, bias, ...others], text, y[places.indexOf(index)]);
};

export const batchNormGrad: Explainer = (ran, output, index) => {
  const c = channelOf(ran, output, index);
  const places = placesOf(ran, 0, c);
  const beside = [2, 3, 4, 5].slice(0, ran.inputs.length - 2).map((input) => partOf(ran, input, c));
  const [dx, [dweight], [dbias]] = alone(ran, c);
  const all = [0, 1].flatMap((input) => places.map((at) => single(ran, input, at)));
  const { eps, relu } = ran.attrs as BatchNormAttrs;
  const [mean, variance, weight, bias] = beside.map(({ value }) => value);
  const r = `√${digits(variance + eps)}`;
  /** The gradient at a place, or 0 where relu has held it back. */
  const passed = (at: number): number => {
    const held = relu && !(((ran.inputs[1].data[at] - mean) / Math.sqrt(variance + eps)) * weight + bias > 0);
    return held ? 0 : ran.inputs[0].data[at];
  };
  if (output === 2) return formula(all, `${digits(passed(places[0]))} + …`, dbias, beside);
  const at = output === 1 ? places[0] : index;
  const z = `(${digits(ran.inputs[1].data[at])} − ${factor(mean)}) / ${r}`;
  if (output === 1) return formula(all, `${digits(passed(at))} · ${z} + …`, dweight, beside);
  const back = `(${digits(dbias)} + ${z} · ${factor(dweight)}) / ${places.length}`;
  const text = `${digits(weight)} / ${r} · (${digits(passed(at))} − ${back})`;
  return formula(all, text, dx[places.indexOf(index)], beside);
};

export const runningStatistics: Explainer = (ran, output, index) => {
  const { momentum, count } = ran.attrs as RunningAttrs;
  const [now, running] = [single(ran, output, index), single(ran, 2 + output, index)];
  const numbers = [0, 1, 2, 3].map((input) => scalar(ran.inputs[input].data[index]));
  const result = defined('runningStatistics', numbers, ran.attrs)[output][0];
  const to = output === 0 ? digits(now.value) : `${digits(now.value)} · ${count} / ${count - 1}`;
  const from = factor(running.value);
  return formula(
    [running, now],
    `${digits(running.value)} + ${digits(momentum)} · (${to} − ${from})`,
    result,
  );
};
