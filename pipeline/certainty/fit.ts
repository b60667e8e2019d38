import type { Certainty } from '../checkpoint/certainty.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { loadWeights } from '../checkpoint/weights.ts';
import type { Dataset } from '../data/dataset.ts';
import { logitsOf } from '../evaluate/logits.ts';
import type { Rig } from '../train/rig.ts';
import { fitTemperature } from './temperature.ts';

/**
 * Fits what says how far a trained model can be trusted.
 *
 * @param rig a device with the model on it; it gets the weights of the checkpoint
 * @param validation images that the model was not trained on
 */
export async function fitCertainty(
  rig: Rig,
  { weights }: Pick<Checkpoint, 'weights'>,
  validation: Dataset,
): Promise<Certainty> {
  const { model, device, recipe } = rig;
  loadWeights(model, weights, 'checkpoint');
  const logits = await logitsOf(model, device, validation, recipe);
  return { temperature: fitTemperature({ logits, labels: validation.labels }) };
}
