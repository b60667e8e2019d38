/** Ops that lay numbers elsewhere. */

import { ops } from '../../engine/ops/index.ts';
import { defined } from './alone.ts';
import type { Explained, Explainer, Numbers, Ran } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, partOf, single } from './written.ts';

/** A number that lies elsewhere now. */
function moved(ran: Ran, input: number, index: number): Explained {
  const term = single(ran, input, index);
  const of = ran.inputs.length > 1 ? ` of input ${input}` : '';
  const place = unravel(ran.inputs[input].shape, index).join(',');
  const written = `${digits(term.value)}, from [${place}]${of}`;
  return { how: 'formula', terms: [term], written, result: term.value };
}

/** A number that the op puts where nothing else lies. */
const put = (value: number): Explained => ({
  how: 'formula',
  terms: [],
  written: `${digits(value)}, put here`,
  result: value,
});

/** Beyond what numbers of a model are: from here on, places are counted. */
const MARK = 2 ** 48;

/**
 * Where a number comes from is what the op's own definition says: it is given places in the stead of numbers, and what
 * lies in the output then is a place, or what the op itself puts there.
 *
 * @param guides the inputs that say where numbers go, such as indices; they stay what they are
 */
function moves(...guides: number[]): Explainer {
  return (ran, _output, index) => {
    const starts: number[] = [];
    let count = 0;
    const marked = ran.inputs.map((input, i): Numbers => {
      if (guides.includes(i)) return input;
      const start = count;
      starts[i] = start;
      count += input.data.length;
      return { ...input, data: Float64Array.from(input.data, (_, at) => MARK + start + at) };
    });
    const lies = defined(ran.op, marked, ran.attrs)[0][index];
    if (lies < MARK) return put(lies);
    const input = starts.findLastIndex((start) => start !== undefined && start <= lies - MARK);
    return moved(ran, input, lies - MARK - starts[input]);
  };
}

/** All parameters of a network may be packed: where each begins is asked of the op, instead of moving them. */
const pack: Explainer = (ran, _output, index) => {
  const starts = ops.pack.sideBySide!(ran.inputs);
  const input = starts.findLastIndex((start) => start <= index);
  const at = index - starts[input];
  return at < ran.inputs[input].data.length ? moved(ran, input, at) : put(0);
};

export const movers: Readonly<Record<string, Explainer>> = {
  reshape: moves(),
  permute: moves(),
  slice: moves(),
  broadcastTo: moves(),
  concat: moves(),
  pack,
  pad: moves(),
  fill: moves(),
  gather: moves(1),
  gatherClass: moves(1),
  scatterClass: moves(1),
  maxPool2dPick: moves(1),
};

/** 1 at the class of the row's label. */
export const oneHot: Explainer = (ran, _output, index) => {
  const [at, c] = unravel(ran.outputs[0].shape, index);
  const label = partOf(ran, 0, at);
  const result = defined('oneHot', ran.inputs, ran.attrs)[0][index];
  const written = `class ${c} ${result === 1 ? 'is' : 'is not'} the label, ${label.value}: ${result}`;
  return { how: 'formula', terms: [single(ran, 0, at)], written, result };
};
