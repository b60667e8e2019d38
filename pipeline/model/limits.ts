import type { Window } from '../../engine/ops/window.ts';
import { sizeOf } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';

/**
 * Parameters that a model may have, and numbers that a layer may see or make of one image. A parameter that is trained has a
 * gradient and two averages: together that is 3.2 GB of the 4 GiB that the device `wasm` can address.
 */
const MOST = 200_000_000;

/** @throws PipelineError where a layer brings the parameters of its model past what can be trained */
export function checkParameters(count: number): void {
  if (count <= MOST) return;
  throw new PipelineError(
    `the model then has ${count} parameters; expected at most ${MOST}`,
    'invalid-model',
  );
}

/** @throws PipelineError where something that is made of one image is too large */
export function checkValues(what: string, shape: readonly number[]): void {
  if (sizeOf(shape) <= MOST) return;
  throw new PipelineError(
    `${what} [${shape}], ${sizeOf(shape)} numbers of one image; expected at most ${MOST}`,
    'invalid-model',
  );
}

/** The same for an image with its padding, which devices lay out whole. */
export const checkPadded = ([channels, height, width]: readonly number[], { padding }: Window): void =>
  checkValues('sees with padding', [
    channels,
    height + padding[0] + padding[2],
    width + padding[1] + padding[3],
  ]);
