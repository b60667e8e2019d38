/** Ops that lay numbers elsewhere. */

import { defined } from './alone.ts';
import type { Explainer, Numbers } from './explanation.ts';
import { unravel } from './names.ts';
import { digits, partOf, single } from './written.ts';

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
    if (lies < MARK) return { how: 'formula', terms: [], written: `${digits(lies)}, put here`, result: lies };

    const input = starts.findLastIndex((start) => start !== undefined && start <= lies - MARK);
    const term = single(ran, input, lies - MARK - starts[input]);
    const from = unravel(ran.inputs[input].shape, lies - MARK - starts[input]).join(',');
    const written = `${digits(term.value)}, from [${from}]${ran.inputs.length > guides.length + 1 ? ` of input ${input}` : ''}`;
    return { how: 'formula', terms: [term], written, result: term.value };
  };
}

export const movers: Readonly<Record<string, Explainer>> = {
  reshape: moves(),
  permute: moves(),
  slice: moves(),
  broadcastTo: moves(),
  concat: moves(),
  pack: moves(),
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
