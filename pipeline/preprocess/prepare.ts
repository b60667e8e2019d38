import { InkgradError } from '../../engine/errors.ts';
import { type GrayImage, grayFromBytes, type RgbaImage, toByte } from '../image.ts';
import { grayscale } from './grayscale.ts';
import { applyStep, type Recipe, type Step } from './recipe.ts';

/** An image on its way through a recipe, with the name of the step that made it. */
export interface Stage {
  readonly name: string;
  /** the parameters of that step, for a person: `otsu`, `window 3` */
  readonly parameters: readonly string[];
  readonly image: GrayImage;
}

/**
 * Runs a recipe and keeps what each step makes.
 *
 * @returns `grayscale`, one stage for each further step, and `prepared`: size×size in 256 levels, exactly the
 *   bytes of `prepare`. The network sees these after (v − mean) / std, which a batch applies when it is
 *   formed.
 * @throws InkgradError where a recipe for prepared images gets one of another size
 */
export function prepareStages(image: RgbaImage, recipe: Recipe): Stage[] {
  const [first, ...rest] = recipe.steps;
  const weights = first?.step === 'grayscale' ? first.weights : 'rec709';
  const stages: Stage[] = [{ name: 'grayscale', parameters: [weights], image: grayscale(image, weights) }];
  let current = stages[0].image;
  for (const step of rest) {
    if (step.step === 'grayscale') continue;
    current = applyStep(current, step);
    stages.push({ name: step.step, parameters: parametersOf(step), image: current });
  }

  const { size } = recipe;
  if (current.width !== size || current.height !== size) {
    throw new InkgradError(
      `an image of ${current.width}×${current.height} does not fit the recipe ${recipe.name}, which takes ` +
        `prepared images of ${size}×${size}; use the recipe handwriting for scans, photographs and drawings`,
    );
  }
  const prepared = grayFromBytes(Uint8Array.from(current.data, toByte), size, size);
  return [...stages, { name: 'prepared', parameters: [`${size}×${size}`], image: prepared }];
}

/** Words stand for themselves, numbers have their names in front. */
const parametersOf = (step: Step): string[] =>
  Object.entries(step)
    .filter(([field]) => field !== 'step')
    .map(([field, value]) => (typeof value === 'string' ? value : `${field} ${value}`));

/**
 * Prepares one image for a network.
 *
 * @returns size² bytes, row by row, bright ink on black
 * @throws InkgradError where a recipe for prepared images gets one of another size
 */
export function prepare(image: RgbaImage, recipe: Recipe): Uint8Array {
  const stages = prepareStages(image, recipe);
  return Uint8Array.from(stages[stages.length - 1].image.data, toByte);
}
