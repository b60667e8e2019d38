import type { Options } from 'yargs';
import { InkgradError } from '../engine/errors.ts';
import { type Augmentation, parseAugmentation } from '../pipeline/augment.ts';
import { deviceNames, profileNames } from '../pipeline/devices.ts';
import { editRecipe } from '../pipeline/preprocess/editRecipe.ts';
import { findRecipe } from '../pipeline/preprocess/findRecipe.ts';
import { type Recipe, recipes } from '../pipeline/preprocess/recipe.ts';
import { MAX_PIXELS } from '../pipeline/refusal.ts';
import { UsageError } from './usage.ts';

/** Flags that several commands share. */
export const json = {
  type: 'boolean',
  default: false,
  describe: 'Print one JSON document on stdout',
} as const satisfies Options;

export const device = {
  requiresArg: true,
  choices: deviceNames,
  default: 'auto' as const,
  describe: 'Where to compute; auto takes a hardware GPU, else wasm, the CPU at its fastest',
} as const satisfies Options;

export const threads = {
  type: 'number',
  requiresArg: true,
  describe: 'Threads of wasm, and of preparing images [default: one for each core]',
} as const satisfies Options;

export const cache = {
  type: 'boolean',
  default: true,
  describe: 'Keep prepared images for the next start; --no-cache prepares all anew',
} as const satisfies Options;

export const deviceProfile = {
  requiresArg: true,
  choices: profileNames,
  default: 'checked' as const,
  describe: 'fast leaves out the checks of WebGPU on every call and index',
} as const satisfies Options;

export const maxPixels = {
  type: 'number',
  requiresArg: true,
  default: MAX_PIXELS,
  describe: 'Larger images are refused before they are decoded',
} as const satisfies Options;

const recipeNames = Object.keys(recipes).join(', ');

/** A recipe, by the name that a command gives the flag. */
export const recipe = {
  type: 'string',
  requiresArg: true,
  describe: `How images are prepared: ${recipeNames} or a JSON file`,
} as const satisfies Options;

export const step = {
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
  describe: 'Change a step of the recipe: NAME:FIELD=VALUE,… or NAME:off; may be given again',
} as const satisfies Options;

export const augment = {
  type: 'string',
  requiresArg: true,
  describe: 'Change training images at random: none, light or strong; strong:rotation=10,erase=0 sets fields',
} as const satisfies Options;

/** What an error of the pipeline says, as one of the flag's. */
function stated<T>(flag: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof InkgradError) throw new UsageError(`${flag} ${error.message}`);
    throw error;
  }
}

/** @throws UsageError where this is no augmentation */
export const augmentationOf = (text: string): Augmentation =>
  stated('--augment', () => parseAugmentation(text));

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
