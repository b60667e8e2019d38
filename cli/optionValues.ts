/** What flags stand for, found and read: apart from the flags themselves, so that help is there without it. */
import { type Augmentation, parseAugmentation } from '../pipeline/data/augment.ts';
import { type ModelSpec, parseModel } from '../pipeline/model/model.ts';
import { findModel } from '../pipeline/node/model/findModel.ts';
import { findRecipe } from '../pipeline/node/model/findRecipe.ts';
import { readClassWeights } from '../pipeline/node/model/readClassWeights.ts';
import { editRecipe } from '../pipeline/preprocess/editRecipe.ts';
import type { Recipe } from '../pipeline/preprocess/recipe.ts';
import { parseJson } from '../pipeline/text/json.ts';
import { type ClassWeights, isClassWeights } from '../pipeline/train/classWeights.ts';
import { stated } from './usage.ts';

/** @throws UsageError where this is no augmentation */
export const augmentationOf = (text: string): Augmentation =>
  stated('--augment', () => parseAugmentation(text));

/** @throws UsageError where this is none of its words, and no file of weights */
export function classWeightsOf(text: string): ClassWeights {
  if (text === 'none' || text === 'balanced') return text;
  const inPlace = inText(text);
  if (typeof inPlace === 'object' && isClassWeights(inPlace)) return inPlace;
  return stated('--class-weights', () => readClassWeights(text));
}

/** A model by its name, from a file, or in place, as config.json of a run has it. */
export const modelOf = (text: string): ModelSpec => {
  const inPlace = inText(text);
  return inPlace === null ? findModel(text) : parseModel(inPlace, '`model`');
};

/** JSON that stands in the place of the name of a file; null where none does. */
function inText(text: string): unknown {
  if (!text.startsWith('{')) return null;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/**
 * The recipe that is named, with its steps changed.
 *
 * @param flag what errors call it
 * @throws UsageError where there is no such recipe, or a step is not one
 */
export function recipeOf(flag: string, name: string, changes: readonly string[] = []): Recipe {
  const found = stated(flag, () => findRecipe(name));
  return changes.reduce((recipe, change) => stated('--step', () => editRecipe(recipe, change)), found);
}
