import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { type Cell, cellsOf, mistakesOf } from '../../../pipeline/evaluate/answers.ts';
import { imagesAtOnce } from '../../../pipeline/evaluate/atOnce.ts';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import type { Network } from '../network.ts';

/** What a network reads in the images of a set. */
export interface Judged {
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  /** `matrix[label][predicted]` */
  readonly matrix: readonly (readonly number[])[];
  /** those that hold an image */
  readonly cells: readonly Cell[];
  /** by position, the surest first */
  readonly mistakes: readonly number[];
  /** a class for each image, and how sure it is of it, 0…1 */
  readonly predicted: Int32Array;
  readonly certainties: Float32Array;
}

export async function judge({ rig, device, plan }: Network, images: Dataset): Promise<Judged> {
  const atOnce = imagesAtOnce(plan.model, plan.classes.length);
  const options = { temperature: plan.temperature, atOnce };
  const { loss, accuracy, confusion, answers } = await evaluate(
    rig.reader,
    device,
    images,
    rig.recipe,
    options,
  );
  return {
    images: images.labels.length,
    ...{ loss, accuracy, matrix: confusion.matrix },
    ...{ cells: cellsOf(answers, images), mistakes: mistakesOf(answers, images) },
    ...answers,
  };
}

/** Some images of a set. */
export interface Shown {
  readonly size: number;
  /** size² bytes for each */
  readonly images: Uint8Array;
  /** a class for each */
  readonly labels: Int32Array;
}

/** @param indices positions in the set */
export function shownOf({ size, images, labels }: Dataset, indices: readonly number[]): Shown {
  const pixels = size ** 2;
  const shown = new Uint8Array(indices.length * pixels);
  indices.forEach(
    (index, i) => void shown.set(images.subarray(index * pixels, (index + 1) * pixels), i * pixels),
  );
  return { size, images: shown, labels: Int32Array.from(indices, (index) => labels[index]) };
}
