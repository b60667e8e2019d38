import type { Certainty } from '../checkpoint/certainty.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { loadWeights } from '../checkpoint/weights.ts';
import { count } from '../data/dataset.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import { logitsOf } from '../evaluate/logits.ts';
import { keepsWhole } from '../preprocess/recipe.ts';
import type { Rig } from '../train/rig.ts';
import { fitGate, type GateOptions } from './fitGate.ts';
import { FEWEST, fitTemperature } from './temperature.ts';

/** Images that the model was trained on and some that it was not, and what is fitted on them. */
export interface CertaintyOptions extends GateOptions {
  /** Whether a gate is fitted beside the temperature; it is when left out. */
  readonly withGate?: boolean;
}

/**
 * Fits what says how far a trained model can be trusted: the temperature of its probabilities, and a gate that tells its
 * characters from everything else. A model of whole pictures gets no gate: what is none of its classes nobody can draw.
 *
 * @param rig a device with the model on it; it gets the weights of the checkpoint
 * @returns null where these are too few, or the signal came
 */
export async function fitCertainty(
  rig: Rig,
  { weights }: Pick<Checkpoint, 'weights'>,
  { withGate = true, ...options }: CertaintyOptions,
): Promise<Certainty | null> {
  const { train, validation, signal } = options;
  // Images that were trained on would say that the model may be as sure as it likes.
  if (validation === train || count(validation) < FEWEST) return null;
  const { model, device, recipe } = rig;
  loadWeights(model, weights, 'checkpoint');
  const logits = await logitsOf(
    model,
    device,
    validation,
    recipe,
    imagesAtOnce(rig.plan.model, rig.plan.classes.length),
  );
  const temperature = fitTemperature({ logits, labels: validation.labels });
  const gate = withGate && !keepsWhole(recipe) ? await fitGate(rig, options) : undefined;
  return signal?.aborted ? null : { temperature, ...(gate && { gate }) };
}
