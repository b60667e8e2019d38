import { whatIs } from '../../engine/errors.ts';
import { PipelineError } from '../faults.ts';
import { TrainedModel } from './trainedModel.ts';

/**
 * Refuses what is no trained model, such as layers alone, or a promise of one.
 *
 * @param where the function that was given it, as errors call it
 */
export function expectTrained(where: string, model: unknown): asserts model is TrainedModel {
  if (model instanceof TrainedModel) return;
  const advice =
    model instanceof Promise ? 'await it first' : 'expected a trained model, as train and loadModel give it';
  throw new PipelineError(`${where}: got ${whatIs(model)}; ${advice}`, 'invalid-setting');
}
