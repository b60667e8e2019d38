import type { Shape } from '../../../engine/shape.ts';
import { unravel } from '../../explain/names.ts';
import type { Launched, Tape, Use } from '../../tape/tape.ts';
import { isOptimiser, parameterAt, parameterOf } from './origin.ts';

/** What the axes of a value are called; '' for that of the images, of which there is one. */
type Axes = readonly string[];

const filters: Axes = ['filter', 'channel', 'row', 'column'];
const weightAxes: Readonly<Record<number, Axes>> = { 1: ['unit'], 2: ['unit', 'input'], 4: filters };

/** The axes of what an op makes, where they are others than those of what goes through a network. */
const madeAxes: Readonly<Record<string, Axes>> = {
  conv2d: ['', 'filter', 'row', 'column'],
  convRelu: ['', 'filter', 'row', 'column'],
  conv2dWeightGrad: filters,
};

/** By rank: [N,C,H,W], [N,features] and so on. */
const usualAxes: Readonly<Record<number, Axes>> = {
  1: ['number'],
  2: ['', 'unit'],
  4: ['', 'channel', 'row', 'column'],
};

const isClasses = ({ logits, probabilities }: Tape, { value }: Use, by?: Launched): boolean =>
  value === logits.value || value === probabilities.value || (by !== undefined && by.layer === null);

function axesOf(tape: Tape, use: Use, by?: Launched): Axes {
  const { length } = use.shape;
  if (parameterOf(tape, use) !== undefined) return weightAxes[length] ?? [];
  if (length === 2 && isClasses(tape, use, by)) return ['', 'class'];
  const made = by && madeAxes[by.op];
  return (made?.length === length ? made : usualAxes[length]) ?? [];
}

/** A place by the names of its axes: `filter 3, row 12, column 7`. Axes of one place alone are left out where others are. */
function placed(axes: Axes, shape: Shape, index: number): string {
  const named = unravel(shape, index)
    .map((at, axis) => ({ at, name: axes[axis] ?? `axis ${axis}`, length: shape[axis] }))
    .filter(({ name, length }) => name !== '' && (length > 1 || shape.every((n) => n === 1)));
  return named.map(({ at, name }) => `${name} ${at}`).join(', ');
}

/**
 * Where a number is, in words.
 *
 * @param by the launch that has made it, where one has
 */
export function inWords(tape: Tape, use: Use, index: number, by?: Launched): string {
  if (by !== undefined && isOptimiser(by.op)) {
    const found = parameterAt(tape, index);
    if (found !== undefined) return weightInWords(found.parameter.name, found.parameter.weight, found.index);
  }
  const parameter = parameterOf(tape, use);
  if (parameter !== undefined) return weightInWords(parameter.name, use, index);
  return placed(axesOf(tape, use, by), use.shape, index) || 'the one number';
}

export const weightInWords = (name: string, { shape }: { readonly shape: Shape }, index: number): string =>
  `${name}, ${placed(weightAxes[shape.length] ?? [], shape, index)}`;

/** The same of a layer's map, which has no axis of images. */
export function mapInWords(type: string, shape: Shape, index: number): string {
  const axes = shape.length === 1 ? ['unit'] : [type === 'conv2d' ? 'filter' : 'channel', 'row', 'column'];
  return placed(axes, shape, index);
}
