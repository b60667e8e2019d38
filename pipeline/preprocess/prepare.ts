import { PipelineError } from '../faults.ts';
import {
  type GrayRows,
  imageFromBytes,
  joined,
  type PlanarImage,
  type RgbaImage,
  toByte,
  wholeOf,
} from '../image/image.ts';
import { colourRows } from './colour.ts';
import { grayRows } from './grayscale.ts';
import { applyStep, applyToRows, type GrayStep, type Recipe, type Step } from './recipe.ts';

/** An image on its way through a recipe, with the name of the step that made it. */
export interface Stage {
  /** the step, or `prepared` */
  readonly name: string;
  /** the parameters of that step, for a person: `otsu`, `window 3` */
  readonly parameters: readonly string[];
  /** what it made, 0…1 */
  readonly image: PlanarImage;
}

/**
 * Runs a recipe and keeps what each step makes.
 *
 * @returns `grayscale` or `colour`, one stage for each further step, and `prepared`: size×size in 256 levels, exactly the
 *   bytes of `prepare`. The network sees these after (v − mean) / std, which a batch applies when it is
 *   formed.
 * @throws InkgradError where a recipe for prepared images gets one of another size
 */
export function prepareStages(image: RgbaImage, recipe: Recipe): Stage[] {
  const { first, channels, steps } = begun(image, recipe);
  let current = joined(channels.map(wholeOf));
  const stages: Stage[] = [{ name: first.step, parameters: parametersOf(first), image: current }];
  for (const step of steps) {
    current = applyStep(current, step);
    stages.push({ name: step.step, parameters: parametersOf(step), image: current });
  }
  const { size } = recipe;
  const prepared = imageFromBytes(toBytes(current, recipe), size, size);
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
 * @returns size² bytes for each channel, row by row; in grey bright ink on black, as a rule
 * @throws InkgradError where a recipe for prepared images gets one of another size
 */
export function prepare(image: RgbaImage, recipe: Recipe): Uint8Array {
  const { channels, steps } = begun(image, recipe);
  // A picture of millions of pixels that is shrunk first of all never lies in memory as floats.
  const shrunk = steps.length > 0 ? applyToRows(channels, steps[0]) : undefined;
  const [start, left] =
    shrunk !== undefined ? [shrunk, steps.slice(1)] : [joined(channels.map(wholeOf)), steps];
  return toBytes(left.reduce<PlanarImage>(applyStep, start), recipe);
}

/** The first step, which alone takes a picture, what it makes of one, and the steps after it. */
function begun(image: RgbaImage, { steps, channels = 1 }: Recipe) {
  const usual: Step = channels === 3 ? { step: 'colour' } : { step: 'grayscale', weights: 'rec709' };
  const [first = usual, ...rest] = steps;
  const rows: GrayRows[] = first.step === 'grayscale' ? [grayRows(image, first.weights)] : colourRows(image);
  return { first, channels: rows, steps: rest as GrayStep[] };
}

function toBytes({ width, height, data }: PlanarImage, { name, size, channels }: Recipe): Uint8Array {
  if (width === size && height === size) return Uint8Array.from(data, toByte);
  throw new PipelineError(
    `an image of ${width}×${height} does not fit the recipe ${name}, which takes ` +
      `prepared images of ${size}×${size}; use the recipe ${channels === 3 ? 'colour' : 'handwriting'} for scans, photographs and drawings`,
    'wrong-size',
  );
}
