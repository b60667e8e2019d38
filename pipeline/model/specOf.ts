import { PipelineError } from '../faults.ts';
import { namedIn } from '../options.ts';
import { builtInModels, type ModelSpec, parseModel } from './model.ts';

/**
 * A model by its name, or as data that is looked at first.
 *
 * @throws PipelineError `missing` for an unknown name, `invalid-model` for what is no model
 */
export function specOf(given: ModelSpec | string): ModelSpec {
  if (typeof given !== 'string') return parseModel(given, 'model');
  if (given.trimStart().startsWith('{'))
    throw new PipelineError('model: JSON where a name belongs; give parseModel(json)', 'invalid-model');
  return namedIn(builtInModels, given, 'model');
}
