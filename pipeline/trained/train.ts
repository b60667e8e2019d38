import { defaultDevice } from '../../engine/defaultDevice.ts';
import { fitCertainty } from '../certainty/fit.ts';
import { unfitted } from '../checkpoint/certainty.ts';
import { allFinite } from '../checkpoint/weights.ts';
import { fit, type RunState, startOf } from '../train/fit.ts';
import { trainingImages } from '../train/images.ts';
import { DivergedError } from '../train/records.ts';
import { Rig } from '../train/rig.ts';
import { Watch } from '../train/watch.ts';
import { watched } from '../train/watched.ts';
import { type Epoch, Epochs } from './epochs.ts';
import { TrainedModel } from './trainedModel.ts';
import { checkTrainOptions, settingsOf, subjectOf, type TrainOptions } from './trainOptions.ts';

/** A training that is over. */
export interface Trained {
  /** with the weights of the epoch that was best on the validation images; the caller's to dispose */
  readonly model: TrainedModel;
  /** each epoch, in order */
  readonly history: readonly Epoch[];
  /** what `onWarning` was told */
  readonly warnings: readonly string[];
  /** where it was at its end */
  readonly state: RunState;
  /** why it ended before its last epoch: nothing better came, the time was over, the signal; null where it did not */
  readonly early: string | null;
}

/**
 * Trains a network on images, as `inkgrad train` does: the same images, settings and device give the same losses.
 *
 * It is a promise with callbacks and no generator, since what most want is its result; `fit` is the generator below it, for
 * those who want each step.
 *
 * @throws PipelineError `invalid-setting` for an option that is unknown or cannot be, `wrong-size` where the model takes other
 *   images, `too-few-images`, what `dataset` throws, and `diverged` where the loss stops being finite; DeviceLostError where
 *   the device goes away
 * @category Training
 * @example
 * import { train } from 'inkgrad/train';
 *
 * const lying = Array.from({ length: 8 }, (_, y) => new Array(8).fill(y % 2));
 * const standing = Array.from({ length: 8 }, () => [0, 1, 0, 1, 0, 1, 0, 1]);
 * const { model, history } = await train({
 *   model: { name: 'dense', input: [1, 8, 8], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] },
 *   images: [lying, standing],
 *   labels: ['lying', 'standing'],
 *   validation: 0,
 *   epochs: 20,
 * });
 * const { label } = await model.predict(lying, { prepared: true });
 * console.log(history.length, history[19].validation.accuracy, label);
 * // 20 1 lying
 */
export async function train(options: TrainOptions): Promise<Trained> {
  checkTrainOptions(options);
  const { device = defaultDevice(), signal, from, gate: withGate = false, onStep, onEpoch } = options;
  const settings = settingsOf(options);
  const warnings: string[] = [];
  const warn = (words: string) => {
    warnings.push(words);
    options.onWarning?.(words);
  };
  const { model, weights: beginning, data, validation: aside } = await subjectOf(options);
  for (const remark of [...data.remarks, ...(aside?.remarks ?? [])]) warn(remark);
  const { classes, recipe } = data;
  const given = { train: data, ...(aside && { validation: aside }) };
  const { own, train: images, validation } = trainingImages(given, model, settings);
  const rig = new Rig(device, { model, classes, recipe, settings, weights: beginning });
  try {
    const { minutes, epochs: most, seed } = settings;
    const until = minutes === null ? undefined : AbortSignal.timeout(60_000 * minutes);
    const events = fit(rig, { train: images, validation, until }, settings, from, signal);
    const epochs = new Epochs(from ?? (await startOf(rig)));
    for await (const event of watched(events, new Watch(images, validation), rig, validation)) {
      if (event.kind === 'warning') {
        warn(event.words);
        continue;
      }
      if (event.kind === 'steps') for (const record of event.records) onStep?.(record);
      const done = epochs.note(event);
      if (done !== null) onEpoch?.(done, epochs.state);
    }
    const { history, state, early } = epochs;
    const used = epochs.best ?? state;
    const { steps: step } = used.optimizer;
    const weights = used.average ?? used.weights;
    if (!allFinite(weights)) throw new DivergedError(step, Number.NaN);
    const parts = { train: own, validation, epochs: most, seed, typefaces: [], signal, withGate };
    const certainty = signal?.aborted ? null : await fitCertainty(rig, { weights }, parts);
    const checkpoint = { model, classes, recipe, step, weights, certainty: certainty ?? unfitted };
    return {
      model: new TrainedModel({ ...checkpoint, path: model.name }, device),
      history,
      warnings,
      state,
      early,
    };
  } finally {
    rig.dispose();
  }
}
