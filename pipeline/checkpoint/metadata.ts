import * as v from 'valibot';
import { sameShape } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';
import { shapeOf } from '../image/image.ts';
import type { ModelSpec } from '../model/model.ts';
import { parseModel } from '../model/model.ts';
import { whole } from '../numbers.ts';
import { parseRecipe } from '../preprocess/parseRecipe.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { JsonError, parseJson } from '../text/json.ts';
import { type Certainty, type CertaintyFields, certaintyFields, parseCertainty } from './certainty.ts';
import { type ProgressFields, parseProgress, progressFields, type StoredProgress } from './progress.ts';

/** What of a checkpoint stands in its metadata, each field as a text of JSON. */
export interface CheckpointFields {
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly recipe: Recipe;
  /** Training steps done. */
  readonly step: number;
}

/** Marks a safetensors file as ours; a change of the metadata that older versions cannot read raises it. */
const FORMAT = '1';

const classNames = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.nonEmpty());

const steps = v.pipe(whole(0), v.safeInteger());

/** The metadata of a file, for `readFields`. */
export function metadataOf(
  checkpoint: CheckpointFields & { readonly certainty?: Certainty; readonly progress?: StoredProgress },
): Record<string, string> {
  const { model, classes, recipe, step, certainty, progress } = checkpoint;
  const fields = {
    ...{ model, classes, recipe, step },
    ...(certainty && { certainty: certaintyFields(certainty) }),
    ...(progress && { training: progressFields(progress) }),
  };
  const texts = Object.entries(fields).map(([key, value]) => [key, JSON.stringify(value)]);
  return { inkgrad: FORMAT, ...Object.fromEntries(texts) };
}

/**
 * Reads what the metadata of a file say.
 *
 * @param file what errors call it
 * @throws PipelineError for what is broken or no checkpoint of ours
 */
export function readFields(
  metadata: Readonly<Record<string, string>>,
  file: string,
): CheckpointFields & { readonly certainty?: CertaintyFields; readonly training?: ProgressFields } {
  const fail = (what: string): never => {
    throw new PipelineError(`${file}: ${what}; train it again`, 'damaged');
  };
  if (metadata.inkgrad !== FORMAT) {
    throw new PipelineError(
      `${file}: not a checkpoint of inkgrad; expected one that inkgrad train wrote`,
      'not-a-checkpoint',
    );
  }
  const field = (name: string): unknown => {
    if (!Object.hasOwn(metadata, name)) return fail(`its ${name} is missing`);
    try {
      return parseJson(metadata[name]);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      return fail(`its ${name} ${error.message}`);
    }
  };
  const classes = field('classes');
  if (!v.is(classNames, classes)) return fail('its classes are no list of names that are not empty');
  const twice = repeated(classes.map((name) => name.normalize('NFC')));
  if (twice !== undefined) return fail(`its classes have the name ${JSON.stringify(twice)} twice`);
  const step = field('step');
  if (!v.is(steps, step)) return fail('its step is no whole number ≥ 0');
  const model = parseModel(field('model'), file);
  const recipe = parseRecipe(field('recipe'), file);
  const makes = shapeOf(recipe);
  if (!sameShape(model.input, makes)) {
    return fail(`its model takes ${model.input.join('×')}, but its recipe makes ${makes.join('×')}`);
  }
  return {
    ...{ model, classes, recipe, step },
    ...(Object.hasOwn(metadata, 'certainty') && { certainty: parseCertainty(field('certainty'), file) }),
    ...(Object.hasOwn(metadata, 'training') && { training: parseProgress(field('training'), file) }),
  };
}

function repeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
