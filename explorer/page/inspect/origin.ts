import { sizeOf } from '../../../engine/shape.ts';
import { makerOf } from '../../tape/maker.ts';
import type { Tape, TracedParameter, Use } from '../../tape/tape.ts';
import type { Selected } from '../state/tape.ts';

/** Where a number of a tape comes from. */
export interface Origin {
  /** the number at the op that has made it, or for a weight the one that it becomes; null for what came from outside */
  readonly at: Selected | null;
  /** for what no op has made */
  readonly said?: string;
}

/** The parameter whose weights or gradient a value is. */
export const parameterOf = ({ layers }: Tape, { value }: Use): TracedParameter | undefined =>
  layers
    .flatMap(({ parameters }) => parameters)
    .find(({ weight, gradient }) => weight.value === value || gradient.value === value);

/** The parameter that the optimiser holds at a place, and which of its numbers that is. */
export function parameterAt({ layers }: Tape, index: number) {
  const all = layers.flatMap(({ parameters }) => parameters);
  const parameter = all.find(({ start, weight }) => index >= start && index < start + sizeOf(weight.shape));
  return parameter && { parameter, index: index - parameter.start };
}

/** Steps of the optimiser have all parameters side by side. */
export const isOptimiser = (op: string): boolean => op.endsWith('Step');

export function originOf(tape: Tape, use: Use, index: number): Origin {
  const maker = makerOf(tape, use);
  if (maker !== null) return { at: { ...maker, index } };
  if (use.value === tape.layers[0].input.value) return { at: null, said: 'the picture' };
  const parameter = parameterOf(tape, use);
  if (parameter !== undefined) {
    const launch = tape.launches.findIndex(({ op }) => isOptimiser(op));
    const at = launch < 0 ? null : { launch, output: 0, index: parameter.start + index };
    return { at, said: `a weight, ${parameter.name}` };
  }
  if (tape.values[use.value].dtype === 'int32') return { at: null, said: 'the right class' };
  return { at: null, said: 'from outside this step' };
}
