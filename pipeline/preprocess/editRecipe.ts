import { PipelineError } from '../faults.ts';
import { parseRecipe } from './parseRecipe.ts';
import { type Recipe, type Step, type StepName, steps } from './recipe.ts';
import type { Fields } from './step.ts';

/** How a step is written in one word, for help and errors. */
export const STEP_SYNTAX = 'NAME:FIELD=VALUE,… or NAME:off, as in threshold:method=sauvola,window=25,k=0.3';

/** The steps in the order in which they make sense. */
const ORDER = ['grayscale', ...Object.keys(steps)];

/**
 * Changes one step of a recipe as a text says:
 * - `threshold:method=sauvola,window=25,k=0.3` puts this in the place of the recipe's threshold; where it has
 *   none, behind the last step that comes before it in the table of steps;
 * - `deskew:off` takes the step out;
 * - `resize.2:box=20` means the second of two steps with one name;
 * - `normalise:mean=0.5,std=0.5` sets what is subtracted and what divides, in all channels; `normalise:off` does neither.
 *
 * @returns a new recipe, checked, that has the size of its `centre` or `fit`
 * @throws InkgradError `<text>: <what is wrong>; <what belongs there>`
 * @category Recipes
 * @example
 * import { editRecipe, recipes } from 'inkgrad/vision';
 *
 * const recipe = editRecipe(recipes.scan, 'deskew:off');
 * console.log(recipes.scan.steps.length, recipe.steps.length);
 * // 11 10
 */
export function editRecipe(recipe: Recipe, text: string): Recipe {
  const { name, nth, fields } = parseStep(text);
  if (name === 'normalise') {
    const { mean = recipe.mean, std = recipe.std } = fields ?? { mean: 0, std: 1 };
    return parseRecipe({ ...recipe, mean, std }, text);
  }
  if (recipe.steps.length === 0) {
    throw new PipelineError(
      `${text}: the recipe ${recipe.name} has no steps, only normalise; start from handwriting, scan or photo`,
      'invalid-recipe',
    );
  }
  const changed: (Step | Fields)[] = [...recipe.steps];
  const replacement = fields === undefined ? [] : [{ step: name, ...fields }];
  const places = recipe.steps.flatMap(({ step }, i) => (step === name ? [i] : []));
  if (places.length > 1 && nth === undefined) {
    const numbered = places.map((_, i) => `${name}.${i + 1}`).join(' or ');
    throw new PipelineError(
      `${text}: ${recipe.name} has ${places.length} steps ${name}; write ${numbered}`,
      'invalid-setting',
    );
  }
  const place = places[(nth ?? 1) - 1];
  if (place !== undefined) {
    changed.splice(place, 1, ...replacement);
  } else if (fields === undefined || nth !== undefined) {
    throw new PipelineError(
      `${text}: ${recipe.name} has no such step; it has ${recipe.steps.map(({ step }) => step).join(', ')}`,
      'invalid-recipe',
    );
  } else {
    const before = recipe.steps.findLastIndex(({ step }) => ORDER.indexOf(step) < ORDER.indexOf(name));
    changed.splice(before + 1, 0, ...replacement);
  }
  const isLast = name === 'centre' || name === 'fit';
  const size = isLast ? (fields?.size ?? recipe.size) : recipe.size;
  return parseRecipe({ ...recipe, size, steps: changed }, text);
}

function parseStep(text: string) {
  const [, name, number, settings] = text.match(/^(\w+)(?:\.([1-9]))?:(.+)$/) ?? [];
  if (name === undefined) throw new PipelineError(`${text}: expected ${STEP_SYNTAX}`, 'invalid-setting');
  if (name !== 'normalise' && !ORDER.includes(name)) {
    throw new PipelineError(
      `${text}: there is no step ${name}; expected ${ORDER.join(', ')} or normalise`,
      'invalid-setting',
    );
  }
  const nth = number === undefined ? undefined : Number(number);
  if (settings === 'off') return { name: name as StepName, nth, fields: undefined };
  const fields = settings.split(',').map((setting) => {
    const [field, value, ...rest] = setting.split('=');
    if (!field || !value || rest.length > 0) {
      throw new PipelineError(
        `${text}: ${setting} is not FIELD=VALUE; expected ${STEP_SYNTAX}`,
        'invalid-setting',
      );
    }
    return [field, Number.isNaN(Number(value)) ? value : Number(value)] as const;
  });
  return { name, nth, fields: Object.fromEntries(fields) as Fields };
}
