import * as v from 'valibot';
import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { PipelineError } from '../faults.ts';
import type { ModelSpec } from '../model/model.ts';
import { parseModel } from '../model/model.ts';
import { positive } from '../numbers.ts';
import { parseRecipe } from '../preprocess/parseRecipe.ts';
import type { Recipe } from '../preprocess/recipe.ts';

/** What a network is beside its weights, as far as its file says so. */
export interface Origin {
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly recipe: Recipe;
  /** logits are divided by it before they become probabilities */
  readonly temperature: number;
}

/** What the keys begin with, so that those of other programs stay theirs. */
const PREFIX = 'inkgrad.';

const json = v.pipe(v.string(), v.parseJson());

export const classNames = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.minLength(2));

export const originOf = ({ model, classes, recipe, certainty }: CheckpointFile): Origin => ({
  model,
  classes,
  recipe,
  temperature: certainty.temperature,
});

/** It as the texts that lie in an exported file beside its numbers, so that an import needs no more than the file. */
export const originTexts = (origin: Origin): Record<string, string> =>
  Object.fromEntries(Object.entries(origin).map(([key, value]) => [PREFIX + key, JSON.stringify(value)]));

/** How each text becomes what it stands for. */
const parsers: { readonly [Key in keyof Origin]: (value: unknown, file: string) => Origin[Key] } = {
  model: parseModel,
  recipe: parseRecipe,
  classes(value, file) {
    if (v.is(classNames, value)) return value;
    throw new PipelineError(`${file}: its classes are no list of names; export it again`, 'damaged');
  },
  temperature(value, file) {
    if (v.is(positive, value)) return value;
    throw new PipelineError(`${file}: its temperature is no number above 0; export it again`, 'damaged');
  },
};

/**
 * What the texts of a file say.
 *
 * @param file what errors call it
 * @throws PipelineError where one is broken
 */
export function parseOrigin(texts: Readonly<Record<string, string>>, file: string): Partial<Origin> {
  const said = Object.entries(parsers).flatMap(([key, parse]) => {
    const text = texts[PREFIX + key];
    if (text === undefined) return [];
    const { success, output } = v.safeParse(json, text);
    if (success) return [[key, parse(output, file)]];
    throw new PipelineError(`${file}: its ${PREFIX}${key} is no JSON; export it again`, 'damaged');
  });
  return Object.fromEntries(said);
}
