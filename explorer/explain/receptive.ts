import type { Shape } from '../../engine/shape.ts';
import { offsetOf, sizeOf, stridesOf } from '../../engine/shape.ts';
import type { Launched, Tape, Use } from '../tape/tape.ts';
import { explain } from './explain.ts';
import type { Numbers, Ran } from './explanation.ts';
import { unravel } from './names.ts';

/** The numbers of each input that a number depends on: their places, row-major, in ascending order. */
export function receptive(ran: Ran, output: number, index: number): number[][] {
  const { terms, beside = [] } = explain(ran, output, index);
  const found = ran.inputs.map(() => new Set<number>());
  for (const part of [...terms.flatMap(({ parts }) => parts), ...beside]) found[part.input].add(part.index);
  return found.map((places) => [...places].sort((a, b) => a - b));
}

/** What a launch of a tape did, with its numbers. */
export function ranOf({ values }: Pick<Tape, 'values'>, { op, attrs, inputs, outputs }: Launched): Ran {
  const numbersOf = ({ value, shape }: Use): Numbers => ({ shape, ...values[value] });
  return { op, attrs, inputs: inputs.map(numbersOf), outputs: outputs.map(numbersOf) };
}

/** A box of numbers in a value of a tape: from `low` to `high` along each axis, both among them. */
export interface Reach {
  readonly use: Use;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The least box that holds two; of one value seen under two shapes the whole is taken. */
function joined(a: Reach | undefined, b: Reach): Reach {
  if (a === undefined) return b;
  if (a.use.shape.join() !== b.use.shape.join()) return whole(b.use);
  return {
    use: b.use,
    low: b.low.map((n, axis) => Math.min(n, a.low[axis])),
    high: b.high.map((n, axis) => Math.max(n, a.high[axis])),
  };
}

const whole = (use: Use): Reach => ({ use, low: use.shape.map(() => 0), high: use.shape.map((n) => n - 1) });

/** The box under the shape in which another launch has the value. */
function under(shape: Shape, reach: Reach): Reach {
  const { use, low, high } = reach;
  if (use.shape.join() === shape.join()) return reach;
  const seen = { ...use, shape };
  if (low.every((n, axis) => n === 0 && high[axis] === use.shape[axis] - 1)) return whole(seen);
  const [first, last] = [low, high].map((place) => unravel(shape, offsetOf(place, stridesOf(use.shape))));
  return joined({ use: seen, low: first, high: first }, { use: seen, low: last, high: last });
}

/**
 * All that a number depends on, back to the start of the tape: a box in each value, from the last to the first. The box
 * in the image is its receptive field. It is found from the corners of each box: windows over an image move with their
 * output, and what is not a window takes rows or all.
 *
 * @param use the value of the number, as an op takes or gives it
 * @param index where in it, row-major
 */
export function chain(tape: Tape, use: Use, index: number): Reach[] {
  const place = unravel(use.shape, index);
  const reached = new Map<number, Reach>([[use.value, { use, low: place, high: place }]]);
  for (const launch of tape.launches.toReversed()) {
    const ran = ranOf(tape, launch);
    launch.outputs.forEach((output, i) => {
      const found = reached.get(output.value);
      if (found === undefined) return;
      const { low, high } = under(output.shape, found);
      const strides = stridesOf(output.shape);
      for (const corner of new Set([offsetOf(low, strides), offsetOf(high, strides)])) {
        receptive(ran, i, corner).forEach((places, input) => {
          if (places.length === 0) return;
          const from = launch.inputs[input];
          reached.set(from.value, joined(reached.get(from.value), boxOf(from, places)));
        });
      }
    });
  }
  return [...reached.values()];
}

function boxOf(use: Use, places: readonly number[]): Reach {
  if (places.length === sizeOf(use.shape)) return whole(use);
  const [low, high] = [[...use.shape], use.shape.map(() => 0)];
  for (const place of places) {
    unravel(use.shape, place).forEach((at, axis) => {
      low[axis] = Math.min(low[axis], at);
      high[axis] = Math.max(high[axis], at);
    });
  }
  return { use, low, high };
}
