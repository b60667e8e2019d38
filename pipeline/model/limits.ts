import { sizeOf } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';

/** Pixels that a window may cover, move by or add at a side: of no use beyond the largest image that a recipe makes. */
export const MOST_STEPS = 4096;

/** Layers that a model may have, those inside others too. */
export const MOST_LAYERS = 1000;

/** Layers that may lie inside each other: of no use beyond, and no list of layers makes the stack overflow. */
export const MOST_DEPTH = 8;

/**
 * Parameters that a model may have. One that is trained has a gradient and two averages: together that is 3.2 GB of the 4
 * GiB that the device `wasm` can address.
 */
const MOST_PARAMETERS = 200_000_000;

/** Numbers that its layers may see or make of one image, all together: 200 MB. VGG-16 on 224×224 pixels makes 29 million. */
const MOST_VALUES = 50_000_000;

/**
 * Floating-point operations that a model may do for one image, forward: half a minute of the device `cpu`. VGG-16 on
 * 224×224 pixels has 31 thousand million, lenet 1.8 million.
 */
const MOST_FLOPS = 50e9;

/** What the layers of a model cost together, for one image. */
export interface Cost {
  parameters: number;
  /** numbers that the layers make, and lay out with padding */
  values: number;
  flops: number;
}

const bounds: readonly (readonly [keyof Cost, number, string])[] = [
  ['parameters', MOST_PARAMETERS, 'parameters'],
  ['values', MOST_VALUES, 'numbers between its layers for one image'],
  ['flops', MOST_FLOPS, 'operations for one image'],
];

/**
 * Adds what a layer costs to the cost of its model.
 *
 * @throws PipelineError where that is then past what can be trained
 */
export function addCost(cost: Cost, more: Cost): void {
  for (const [name, most, what] of bounds) {
    cost[name] += more[name];
    if (cost[name] <= most) continue;
    throw new PipelineError(
      `the model then has ${cost[name]} ${what}; expected at most ${most}`,
      'invalid-model',
    );
  }
}

/** @throws PipelineError where something that is made of one image is too large */
export function checkValues(what: string, shape: readonly number[]): void {
  if (sizeOf(shape) <= MOST_VALUES) return;
  throw new PipelineError(
    `${what} [${shape}], ${sizeOf(shape)} numbers of one image; expected at most ${MOST_VALUES}`,
    'invalid-model',
  );
}
