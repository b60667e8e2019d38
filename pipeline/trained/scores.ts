import { refusals } from '../certainty/refusals.ts';
import { notFinite } from '../checkpoint/checkpoint.ts';
import { count, type Dataset, relabel } from '../data/dataset.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import type { Calibration } from '../evaluate/calibration.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { ClassScore } from '../evaluate/metrics.ts';
import { checkImages } from '../train/images.ts';
import type { TrainedModel } from './trainedModel.ts';

/** How well a model reads a data set. */
export interface Scores {
  /** the mean cross-entropy of the logits */
  readonly loss: number;
  /** the share of images that are read right, 0…1 */
  readonly accuracy: number;
  /** how far certainties can be trusted */
  readonly calibration: Calibration;
  /** images that look like no character of the model; where it can tell */
  readonly refused?: {
    /** how many */
    readonly images: number;
    /** of all, 0…1 */
    readonly share: number;
  };
  /** precision, recall and F1, 0…1, and how many images there are, for each class in order */
  readonly perClass: readonly ({ readonly class: string } & ClassScore)[];
  /** `confusion[label][predicted]` counts images */
  readonly confusion: readonly (readonly number[])[];
  /** the plain mean of F1 over the classes */
  readonly macroF1: number;
  /** the class that was read in each image, by its place in `classes` of the model */
  readonly predicted: Int32Array;
  /** the probability of that class, 0…1 */
  readonly certainties: Float32Array;
  /** what a person should know of how the images were read */
  readonly remarks: readonly string[];
}

/** How an evaluation is followed and ended. */
export interface ScoreOptions {
  /** called after some images with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
  /** ends it after the batch at hand; the promise is then rejected with the signal's reason */
  readonly signal?: AbortSignal;
}

/**
 * Reads every image of a data set, as `inkgrad evaluate` does.
 *
 * @param data whose classes are matched with those of the model by name
 * @throws PipelineError `unknown-class` where the model has not all of them, `wrong-size` where it takes other images,
 *   `damaged` where its answers are no numbers
 */
export async function scoresOn(
  model: TrainedModel,
  data: Dataset & { readonly remarks?: readonly string[] },
  { onProgress, signal }: ScoreOptions = {},
): Promise<Scores> {
  const { checkpoint, classes, device } = model;
  const { recipe, certainty } = checkpoint;
  checkImages(model.spec, data);
  const images = relabel(data, classes, data.name);
  const { loss, accuracy, confusion, calibration, answers } = await evaluate(
    model.model,
    device,
    images,
    recipe,
    {
      ...{ ...(onProgress && { onProgress }), signal },
      temperature: certainty.temperature,
      atOnce: imagesAtOnce(model.spec, classes.length),
    },
  );
  signal?.throwIfAborted();
  if (!Number.isFinite(loss)) throw notFinite(checkpoint);
  const { gate } = model;
  const refused = gate && (await refusals(gate, device, images, recipe)).filter(Boolean).length;
  return {
    ...{ loss, accuracy, calibration },
    ...(refused !== null && { refused: { images: refused, share: refused / count(images) } }),
    perClass: confusion.perClass().map((score, i) => ({ class: classes[i], ...score })),
    confusion: confusion.matrix,
    macroF1: confusion.macroF1,
    ...answers,
    remarks: data.remarks ?? [],
  };
}
