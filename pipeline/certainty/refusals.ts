import type { Device } from '../../engine/device.ts';
import type { Dataset } from '../data/dataset.ts';
import { outputsOf } from '../evaluate/logits.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { type Gate, KNOWN } from './gate.ts';

/** For each image of a data set whether a gate refuses it. */
export async function refusals(
  gate: Gate,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
): Promise<boolean[]> {
  const rows = await outputsOf(gate.forward, device, dataset, recipe, gate.atOnce);
  return Array.from(gate.known(rows, dataset.images), (known) => known < KNOWN);
}
