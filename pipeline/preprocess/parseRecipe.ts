import * as v from 'valibot';
import { PipelineError } from '../faults.ts';
import { type Channels, formOf } from '../image/image.ts';
import { whole, within } from '../numbers.ts';
import { namedIn } from '../options.ts';
import { brief } from '../text/brief.ts';
import { colourStep } from './colour.ts';
import { grayscaleStep } from './grayscale.ts';
import {
  type GrayStep,
  type Recipe,
  recipes,
  type Step,
  type StepName,
  steps,
  takesColour,
} from './recipe.ts';
import { checkCost } from './recipeCost.ts';
import type { Fields } from './step.ts';

/** Steps that a recipe may have. */
const MOST_RECIPE_STEPS = 100;

/** Beyond this in size, or below its inverse, a mean or deviation makes numbers of pixels that no float32 computes with. */
const MOST_LEVEL = 10_000;

/** A number, or one for each of three channels. */
const perChannel = (each: v.GenericSchema<number>) => v.union([each, v.strictTuple([each, each, each])]);

/** The fields of a recipe; its steps are looked at one by one. */
const recipeFields = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  size: whole(1, 4096),
  channels: v.optional(v.picklist([1, 3])),
  mean: perChannel(within(-MOST_LEVEL, MOST_LEVEL)),
  std: perChannel(within(1 / MOST_LEVEL, MOST_LEVEL)),
  steps: v.pipe(v.array(v.unknown()), v.maxLength(MOST_RECIPE_STEPS)),
});

/** What an error says of a field that is missing or wrong, and what belongs there. */
const faults: Readonly<Record<string, [string, string]>> = {
  name: ['name of the recipe', 'expected a text'],
  size: ['size of the recipe', 'expected a whole number from 1 to 4096'],
  channels: ['channels of the recipe', 'expected 1, grey, or 3, colour'],
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
  const { name, size, mean, std, steps: list, channels: said } = checked.output;
  const steps = stepsOf(list, size, fail);
  const channels = steps.length > 0 ? madeBy(steps[0]) : (said ?? 1);
  if (said !== undefined && said !== channels) {
    fail(
      `channels of the recipe is ${said}, and its first step, ${steps[0].step}, makes ${channels}`,
      `expected ${channels}, or another first step`,
    );
  }
  for (const [field, values] of Object.entries({ mean, std })) {
    if (channels === 3 || typeof values === 'number') continue;
    fail(
      `${field} of the recipe is ${JSON.stringify(values)}`,
      'expected one number, for grey; colour has "channels": 3',
    );
  }
  checkCost(steps, channels, fail);
  return { name, ...formOf({ size, channels }), steps, mean, std };
}

/**
 * A recipe by its name, or as data, which is checked.
 *
 * @throws PipelineError where there is none of that name, or it cannot be
 */
export const recipeOf = (recipe: Recipe | string): Recipe =>
  typeof recipe === 'string' ? namedIn(recipes, recipe, 'recipe') : parseRecipe(recipe, 'recipe');

/** Checks the steps one by one, and that they fit together. */
function stepsOf(
  list: readonly unknown[],
  size: number,
  fail: (what: string, expected: string) => never,
): Step[] {
  const isColour = isColourStep(list[0]);
  const steps = list.map((step, i): Step => {
    const what = `step ${i + 1} of the recipe is ${brief(JSON.stringify(step))}`;
    if (!isStep(step) || isFirst(step) !== (i === 0)) return fail(what, `expected ${expectation(step, i)}`);
    if (!isColour || isFirst(step) || takesColour(step.step)) return step;
    return fail(
      `${what}, and ${step.step} is for grey images`,
      'grayscale comes first then, not colour; or leave that step out',
    );
  });
  const last = steps.at(-1);
  if (last && !((last.step === 'centre' || last.step === 'fit') && last.size === size)) {
    const end = isColour || last.step === 'fit' ? 'fit' : 'centre';
    fail(`the recipe ends with ${brief(JSON.stringify(last))}`, `expected {"step":"${end}","size":${size}}`);
  }
  return steps;
}

/** Whether a step takes the picture itself. */
const isFirst = (step: Step): step is Exclude<Step, GrayStep> =>
  step.step === 'grayscale' || step.step === 'colour';

const isColourStep = (step: unknown): boolean => v.is(colourStep, step);

/** The channels of what a first step makes. */
const madeBy = (first: Step): Channels => (first.step === 'colour' ? 3 : 1);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isStepName = (name: unknown): name is StepName =>
  typeof name === 'string' && Object.hasOwn(steps, name);

function isStep(value: unknown): value is Step {
  if (!isFields(value)) return false;
  if (value.step === 'grayscale') return v.is(grayscaleStep, value);
  if (value.step === 'colour') return isColourStep(value);
  return isStepName(value.step) && v.is(steps[value.step].parameters, value);
}

/** What belongs in the place of a step that was refused. */
function expectation(value: unknown, index: number): string {
  if (index === 0)
    return '{"step":"grayscale"} with weights "rec709" or "rec601", or {"step":"colour"}, to come first';
  if (isFields(value) && isStepName(value.step)) return `${value.step} with ${steps[value.step].expects}`;
  return `a step named ${Object.keys(steps).join(', ')}`;
}
