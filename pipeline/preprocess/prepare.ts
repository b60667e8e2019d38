import { PipelineError } from '../faults.ts';
import { type GrayImage, grayFromBytes, type RgbaImage, toByte } from '../image/image.ts';
import { grayRows, grayscale } from './grayscale.ts';
import { applyStep, type Recipe, type Step } from './recipe.ts';
import { resizeRows } from './resize.ts';

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
  const { weights, steps } = splitRecipe(recipe);
  const stages: Stage[] = [{ name: 'grayscale', parameters: [weights], image: grayscale(image, weights) }];
  let current = stages[0].image;
  for (const step of steps) {
    current = applyStep(current, step);
    stages.push({ name: step.step, parameters: parametersOf(step), image: current });
  }
  const { size } = recipe;
  const prepared = grayFromBytes(toBytes(current, recipe), size, size);
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
  const { weights, steps } = splitRecipe(recipe);
  const [first, ...rest] = steps;
  // A picture of millions of pixels that is shrunk first of all never lies in memory as floats.
  const [start, left] =
    first?.step === 'resize'
      ? [resizeRows(grayRows(image, weights), first), rest]
      : [grayscale(image, weights), steps];
  return toBytes(left.reduce<GrayImage>(applyStep, start), recipe);
}

/** The weights of `grayscale`, and the steps after it. */
function splitRecipe({ steps }: Recipe) {
  const first = steps[0];
  const weights = first?.step === 'grayscale' ? first.weights : 'rec709';
  return { weights, steps: steps.filter((step) => step.step !== 'grayscale') };
}

function toBytes({ width, height, data }: GrayImage, { name, size }: Recipe): Uint8Array {
  if (width === size && height === size) return Uint8Array.from(data, toByte);
  throw new PipelineError(
    `an image of ${width}×${height} does not fit the recipe ${name}, which takes ` +
      `prepared images of ${size}×${size}; use the recipe handwriting for scans, photographs and drawings`,
    'wrong-size',
  );
}
