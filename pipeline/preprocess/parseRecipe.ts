import * as v from 'valibot';
import { PipelineError } from '../faults.ts';
import { whole, within } from '../numbers.ts';
import { brief } from '../text/brief.ts';
import { grayscaleStep } from './grayscale.ts';
import { type Recipe, type Step, type StepName, steps } from './recipe.ts';
import { checkCost } from './recipeCost.ts';
import type { Fields } from './step.ts';

/** Steps that a recipe may have. */
const MOST_RECIPE_STEPS = 100;

/** Beyond this in size, or below its inverse, a mean or deviation makes numbers of pixels that no float32 computes with. */
const MOST_LEVEL = 10_000;

/** The fields of a recipe; its steps are looked at one by one. */
const recipeFields = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  size: whole(1, 4096),
  mean: within(-MOST_LEVEL, MOST_LEVEL),
  std: within(1 / MOST_LEVEL, MOST_LEVEL),
  steps: v.pipe(v.array(v.unknown()), v.maxLength(MOST_RECIPE_STEPS)),
});

/** What an error says of a field that is missing or wrong, and what belongs there. */
const faults: Readonly<Record<string, [string, string]>> = {
  name: ['name of the recipe', 'expected a text'],
  size: ['size of the recipe', 'expected a whole number from 1 to 4096'],
  mean: ['mean of the recipe', 'expected a number from -10000 to 10000'],
  std: ['std of the recipe', 'expected a number above 0, from 0.0001 to 10000'],
  steps: ['steps of the recipe', 'expected a list of at most 100'],
};

/**
 * Checks a recipe that comes from a file.
 *
 * @param json what `JSON.parse` gave
 * @param where what an error calls it, the path of the checkpoint as a rule
 * @throws InkgradError `<where>: <what is wrong in the recipe>; <what belongs there>`
 */
export function parseRecipe(json: unknown, where: string): Recipe {
  const fail = (what: string, expected: string): never => {
    throw new PipelineError(`${where}: ${what}; ${expected}`, 'invalid-recipe');
  };
  if (!isFields(json)) return fail('the recipe is not an object', 'expected name, size, steps, mean and std');
  const checked = v.safeParse(recipeFields, json, { abortEarly: true });
  if (!checked.success) {
    const [{ input }] = checked.issues;
    const [what, expected] = faults[v.getDotPath(checked.issues[0])!];
    return fail(input === undefined ? what : `${what} is ${brief(JSON.stringify(input))}`, expected);
  }
  const { name, size, mean, std, steps: list } = checked.output;
  const parsed = list.map((step, i): Step => {
    if (isStep(step) && (step.step === 'grayscale') === (i === 0)) return step;
    return fail(
      `step ${i + 1} of the recipe is ${brief(JSON.stringify(step))}`,
      `expected ${expectation(step, i)}`,
    );
  });
  const last = parsed.at(-1);
  if (last && !(last.step === 'centre' && last.size === size)) {
    fail(`the recipe ends with ${brief(JSON.stringify(last))}`, `expected {"step":"centre","size":${size}}`);
  }
  checkCost(parsed, fail);
  return { name, size, steps: parsed, mean, std };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isStepName = (name: unknown): name is StepName =>
  typeof name === 'string' && Object.hasOwn(steps, name);

function isStep(value: unknown): value is Step {
  if (!isFields(value)) return false;
  if (value.step === 'grayscale') return v.is(grayscaleStep, value);
  return isStepName(value.step) && v.is(steps[value.step].parameters, value);
}

/** What belongs in the place of a step that was refused. */
function expectation(value: unknown, index: number): string {
  if (index === 0) return '{"step":"grayscale"} with weights "rec709" or "rec601" to come first';
  if (isFields(value) && isStepName(value.step)) return `${value.step} with ${steps[value.step].expects}`;
  return `a step named ${Object.keys(steps).join(', ')}`;
}
