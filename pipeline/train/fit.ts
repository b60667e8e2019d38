import type { Progress } from '../checkpoint/progress.ts';
import type { Dataset } from '../data/dataset.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { PipelineError } from '../faults.ts';
import type { StepRecord } from './records.ts';
import { DivergedError } from './records.ts';
import type { Rig, Snapshot } from './rig.ts';
import type { Settings } from './settings.ts';
import type { StepParts } from './trainer.ts';
import { stepsPerEpoch, Trainer } from './trainer.ts';

/** Where a run stands, as plain data that `structuredClone` copies: from here it goes on to the same bits. */
export interface RunState extends Snapshot, Progress {}

/** What `fit` trains on, and until when. */
export interface FitParts extends StepParts {
  /** What is trained on. */
  readonly train: Dataset;
  /** What says which epoch is best. */
  readonly validation: Dataset;
  /** Ends the training after the step at hand, with a look at the validation images; when its time is over. */
  readonly until?: AbortSignal | undefined;
  /** Asked now and then: whether a state is wanted before one is due. */
  readonly wantsState?: () => boolean;
}

/** What `fit` tells. */
export type FitEvent =
  /** Some steps have been read back; `seconds` since those before, validation not counted. */
  | { readonly kind: 'steps'; readonly records: readonly StepRecord[]; readonly seconds: number }
  /** A state within an epoch, to go on from should the device be lost. */
  | { readonly kind: 'state'; readonly state: RunState }
  | EpochEvent
  /** It ends before its last epoch, and why. */
  | { readonly kind: 'early'; readonly why: string }
  /** The signal has ended the run. */
  | { readonly kind: 'stopped'; readonly state: RunState };

/** An epoch is over. */
export interface EpochEvent {
  /** What has happened. */
  readonly kind: 'epoch';
  /** Which epoch, from 1. */
  readonly epoch: number;
  /** How well the validation images are read after it. */
  readonly validation: Evaluation;
  /** Whether no epoch before it was better on these. */
  readonly isBest: boolean;
  /** Where the training stands. */
  readonly state: RunState;
}

/** Steps between two states. */
export const STATE_EVERY = 200;

/**
 * The state of a rig that has not been trained: what `fit` begins from where nothing else is given.
 *
 * @category Training
 * @example
 * import { CpuDevice } from 'inkgrad';
 * import { dataset, resolveSettings, Rig, startOf } from 'inkgrad/train';
 *
 * const { recipe, ...data } = await dataset({ images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'] });
 * const model = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const settings = resolveSettings({ epochs: 3, lr: 0.1 });
 * const rig = new Rig(new CpuDevice(), { model, classes: data.classes, recipe, settings });
 * const { epoch, step, weights } = await startOf(rig);
 * console.log(epoch, step, [...weights.keys()]);
 * // 1 0 [ '1.weight', '1.bias' ]
 */
export const startOf = async (rig: Rig): Promise<RunState> => ({
  ...(await rig.snapshot()),
  ...{ seed: rig.plan.settings.seed, epoch: 1, step: 0, best: null },
});

/**
 * Trains: for each epoch some steps, then a look at the validation images. All that comes between, such as files, a
 * display or another device, is done by who listens; `break` ends it at once.
 *
 * @param from where to begin; a fresh start when left out
 * @param signal ends it after the step at hand, with a last state
 * @throws DivergedError when the loss stops being finite
 * @category Training
 * @example
 * import { CpuDevice } from 'inkgrad';
 * import { dataset, fit, resolveSettings, Rig } from 'inkgrad/train';
 *
 * const { recipe, ...data } = await dataset({ images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'] });
 * const model = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const settings = resolveSettings({ epochs: 3, lr: 0.1 });
 * const rig = new Rig(new CpuDevice(), { model, classes: data.classes, recipe, settings });
 * const kinds = [];
 * for await (const event of fit(rig, { train: data, validation: data }, settings)) kinds.push(event.kind);
 * rig.dispose();
 * console.log(kinds.join(' '));
 * // steps epoch steps epoch steps epoch
 */
export async function* fit(
  rig: Rig,
  { train, validation, until, wantsState, ...parts }: FitParts,
  settings: Settings,
  from?: RunState,
  signal?: AbortSignal,
): AsyncGenerator<FitEvent, void> {
  const start = from ?? (await startOf(rig));
  if (start.seed !== settings.seed) {
    throw new PipelineError(
      `a run of seed ${start.seed} cannot go on with seed ${settings.seed}`,
      'invalid-setting',
    );
  }
  if (from !== undefined) rig.restore(from);
  const trainer = new Trainer(rig, train, settings, parts);
  const atOnce = imagesAtOnce(rig.plan.model, rig.plan.classes.length);
  let { epoch, step, best } = start;
  const state = async () => ({ ...(await rig.snapshot()), seed: start.seed, epoch, step, best });
  try {
    while (epoch <= settings.epochs && !isTired(epoch, best, settings)) {
      let since = performance.now();
      const settles = { settleEvery: STATE_EVERY, settleWhen: wantsState };
      const ends = AbortSignal.any([signal, until].filter((each) => each !== undefined));
      const steps = trainer.epoch(epoch, { firstStep: step, ...settles, signal: ends });
      for await (const { records, settled } of steps) {
        step += records.length;
        const before = since;
        since = performance.now();
        yield { kind: 'steps', records, seconds: (since - before) / 1000 };
        if (settled) yield { kind: 'state', state: await state() };
      }
      // A batch's loss tells of the weights before its update: those after the last one are judged here.
      const scores = await evaluate(rig.reader, rig.device, validation, rig.recipe, { signal, atOnce });
      if (signal?.aborted) return yield { kind: 'stopped', state: await state() };
      if (!Number.isFinite(scores.loss)) throw new DivergedError(rig.optimizer.steps, scores.loss);
      const isBest = best === null || isBetter(scores, best);
      if (isBest) best = { epoch, loss: scores.loss, accuracy: scores.accuracy };
      const done = epoch;
      if (step === stepsPerEpoch(train, settings.batch)) [epoch, step] = [epoch + 1, 0];
      yield { kind: 'epoch', epoch: done, validation: scores, isBest, state: await state() };
      if (until?.aborted) return yield { kind: 'early', why: `${settings.minutes} minutes are over` };
    }
    if (epoch <= settings.epochs) {
      const { patience } = settings;
      yield { kind: 'early', why: `${patience} epochs brought nothing better than epoch ${best?.epoch}` };
    }
  } finally {
    trainer.dispose();
  }
}

type Scores = Pick<Evaluation, 'loss' | 'accuracy'>;

/** Whether so many epochs have brought nothing better that no more are tried. */
const isTired = (epoch: number, best: Progress['best'], { patience }: Settings): boolean =>
  patience !== null && best !== null && epoch - 1 - best.epoch >= patience;

/** More accurate, or as accurate with a lower loss: a small validation part is soon recognised as a whole. */
export const isBetter = (a: Scores, b: Scores): boolean =>
  a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);
