import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { PipelineError } from '../faults.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { type ModelSpec, place } from '../model/model.ts';
import { visible } from '../text/visible.ts';

/** What a training begins with in the place of fresh weights. */
export interface Beginning {
  /** by name; those that are not there are drawn anew */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** whether the last layer with weights is drawn anew, since it told other classes apart */
  readonly isLastFresh: boolean;
}

/**
 * What a training on other data begins with: all weights of a checkpoint where the classes are the same, else all but
 * those of its last layer.
 *
 * @param model that is trained, which has the checkpoint's layers
 * @param classes of the data, in their order
 * @throws PipelineError where the models differ
 */
export function beginFrom(
  from: Pick<CheckpointFile, 'path' | 'model' | 'classes' | 'weights'>,
  model: ModelSpec,
  classes: readonly string[],
): Beginning {
  const kinds = ({ input, layers }: ModelSpec) => [input, ...layers].map((part) => JSON.stringify(part));
  const [own, other] = [kinds(model), kinds(from.model)];
  const at = own.findIndex((part, i) => part !== other[i]);
  if (at >= 0 || own.length !== other.length) {
    const place = at === 0 ? 'its input' : `layer ${(at < 0 ? own.length : at) - 1}`;
    throw new PipelineError(
      `${from.path}: its model ${visible(from.model.name)} differs from ${visible(model.name)} in ${place}; ` +
        'leave `model` out, and its own is trained',
      'invalid-model',
    );
  }
  const isSame =
    classes.length === from.classes.length && classes.every((name, i) => name === from.classes[i]);
  if (isSame) return { weights: from.weights, isLastFresh: false };
  const last = place(model, classes.length).findLastIndex(({ parameters }) => parameters > 0);
  const kept = [...from.weights].filter(([name]) => name.split('.')[0] !== String(last));
  return { weights: new Map(kept), isLastFresh: true };
}
