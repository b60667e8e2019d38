// WebNN's recurrent operators, step by step: what a learner would write in functions of ours.
import * as F from '../../engine/functional.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Call } from './call.ts';

type Activation = (x: Tensor) => Tensor;

const activations: Readonly<Record<string, Activation>> = { relu: F.relu, sigmoid: F.sigmoid, tanh: F.tanh };

/** The activations of a call, or else these. */
const activationsOf = (call: Call, ...names: string[]): Activation[] =>
  call
    .option(
      'activations',
      names.map((name) => ({ function: name })),
    )
    .map((named) => activations[named.function]);

/** What a cell is made of, in one direction; null where the call has none. */
interface Weights {
  readonly weight: Tensor;
  readonly recurrentWeight: Tensor;
  readonly bias: Tensor | null;
  readonly recurrentBias: Tensor | null;
  readonly peepholeWeight: Tensor | null;
}

/** Block number i of so many along the first axis; null of nothing. */
function block(x: Tensor, i: number, blocks: number): Tensor {
  const size = x.shape[0] / blocks;
  return F.slice(x, x.shape.map(() => 0).with(0, i * size), x.shape.with(0, size));
}

const plus = (x: Tensor, y: Tensor | null): Tensor => (y === null ? x : F.add(x, y));

/** The gates of a cell by their letters: x·W + bias and h·R + bias of each. */
function gatesOf(letters: string, { weight, recurrentWeight, bias, recurrentBias }: Weights) {
  const part = (all: Tensor | null, letter: string) =>
    all === null ? null : block(all, letters.indexOf(letter), letters.length);
  const product = (x: Tensor, all: Tensor, shift: Tensor | null, letter: string) =>
    F.linear(x, part(all, letter) as Tensor, part(shift, letter));
  return {
    input: (letter: string, x: Tensor) => product(x, weight, bias, letter),
    hidden: (letter: string, h: Tensor) => product(h, recurrentWeight, recurrentBias, letter),
  };
}

/** The states after a step from those before it; h is the first. */
type Cell = (call: Call, weights: Weights, x: Tensor, states: readonly Tensor[]) => Tensor[];

const gruCell: Cell = (call, weights, x, [h]) => {
  const { input, hidden } = gatesOf(call.option('layout', 'zrn'), weights);
  const [gate, squash] = activationsOf(call, 'sigmoid', 'tanh');
  const [z, r] = ['z', 'r'].map((letter) => gate(F.add(input(letter, x), hidden(letter, h))));
  const past = call.option('resetAfter', true) ? F.mul(r, hidden('n', h)) : hidden('n', F.mul(r, h));
  const n = squash(F.add(input('n', x), past));
  return [F.add(F.mul(z, h), F.mul(F.affine(z, -1, 1), n))];
};

const lstmCell: Cell = (call, weights, x, [h, c]) => {
  const { input, hidden } = gatesOf(call.option('layout', 'iofg'), weights);
  const [gate, squash, out] = activationsOf(call, 'sigmoid', 'tanh', 'tanh');
  const peephole = (letter: string) =>
    weights.peepholeWeight === null
      ? null
      : F.mul(c, block(weights.peepholeWeight, 'iof'.indexOf(letter), 3));
  const [i, o, f] = ['i', 'o', 'f'].map((letter) => {
    return gate(plus(F.add(input(letter, x), hidden(letter, h)), peephole(letter)));
  });
  const next = F.add(F.mul(f, c), F.mul(i, squash(F.add(input('g', x), hidden('g', h)))));
  return [F.mul(o, out(next)), next];
};

function weightsOf(call: Call, pick: (x: Tensor) => Tensor = (x) => x): Weights {
  const optional = (name: string) => {
    const given = call.optional(name);
    return given === null ? null : pick(given);
  };
  return {
    ...{ weight: pick(call.tensor(1)), recurrentWeight: pick(call.tensor(2)), bias: optional('bias') },
    ...{ recurrentBias: optional('recurrentBias'), peepholeWeight: optional('peepholeWeight') },
  };
}

/** x without its first axis, at place i of it. */
const at = (x: Tensor, i: number): Tensor => F.reshape(F.gather(x, [i]), x.shape.slice(1));

/** Tensors of one shape along a new first axis. */
const stack = (tensors: readonly Tensor[]): Tensor =>
  F.concat(tensors.map((x) => F.reshape(x, [1, ...x.shape])));

/** All steps in one direction, or in both: the last states, and on demand h after each step. */
const layer =
  (cell: Cell, initial: readonly string[]) =>
  (call: Call): Tensor[] => {
    const x = call.tensor(0);
    const [steps, hiddenSize] = [call.args[3], call.args[4]] as number[];
    const direction = call.option<string>('direction', 'forward');
    const ways = direction === 'both' ? ['forward', 'backward'] : [direction];
    const runs = ways.map((way, number) => {
      const weights = weightsOf(call, (each) => at(each, number));
      let states = initial.map((name) => {
        const given = call.optional(name);
        return given === null ? F.zeros(call.device, [x.shape[1], hiddenSize]) : at(given, number);
      });
      const outputs: Tensor[] = [];
      for (let step = 0; step < steps; step++) {
        const place = way === 'forward' ? step : steps - 1 - step;
        states = cell(call, weights, at(x, place), states);
        outputs[place] = states[0];
      }
      return { states, outputs };
    });
    const last = initial.map((_, i) => stack(runs.map(({ states }) => states[i])));
    if (call.options.returnSequence !== true) return last;
    const sequence = Array.from({ length: steps }, (_, i) => stack(runs.map(({ outputs }) => outputs[i])));
    return [...last, stack(sequence)];
  };

/** One step of a cell whose states are arguments from the fourth on. */
const step =
  (cell: Cell, states: readonly number[]) =>
  (call: Call): Tensor[] =>
    cell(
      call,
      weightsOf(call),
      call.tensor(0),
      states.map((i) => call.tensor(i)),
    );

export const recurrent = {
  gru: layer(gruCell, ['initialHiddenState']),
  lstm: layer(lstmCell, ['initialHiddenState', 'initialCellState']),
  gruCell: step(gruCell, [3]),
  lstmCell: step(lstmCell, [3, 4]),
};
