import type { Device } from '../../../engine/device.ts';
import type { Module } from '../../../engine/nn/index.ts';
import { type CheckpointFile, notFinite } from '../../../pipeline/checkpoint/checkpoint.ts';
import { count, type Dataset } from '../../../pipeline/data/dataset.ts';
import { imagesAtOnce } from '../../../pipeline/evaluate/atOnce.ts';
import { type DetailedEvaluation, evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { Progress } from '../../progress.ts';

/**
 * How the model of a checkpoint reads images, image by image, with a progress bar.
 *
 * @throws PipelineError where its answers are no numbers
 */
export async function scoreImages(
  checkpoint: CheckpointFile,
  model: Module,
  device: Device,
  images: Dataset,
): Promise<DetailedEvaluation> {
  const testing = new Progress('testing', count(images));
  const scores = await evaluate(model, device, images, checkpoint.recipe, {
    onProgress: (done) => testing.update(done),
    temperature: checkpoint.certainty.temperature,
    atOnce: imagesAtOnce(checkpoint.model, checkpoint.classes.length),
  }).finally(() => testing.stop());
  if (!Number.isFinite(scores.loss)) throw notFinite(checkpoint);
  return scores;
}
