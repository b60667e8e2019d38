import type { Device } from '../../../engine/device.ts';
import type { Plan, PlanRow } from '../../../engine/devices/plan.ts';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { allFinite } from '../../checkpoint/weights.ts';
import type { DetailedEvaluation, Evaluation } from '../../evaluate/evaluate.ts';
import type { ModelSpec } from '../../model/model.ts';
import type { EpochEvent, FitEvent, RunState } from '../../train/fit.ts';
import type { StepRecord } from '../../train/records.ts';
import { DivergedError } from '../../train/records.ts';
import type { Settings } from '../../train/settings.ts';
import type { SurviveEvent } from '../../train/survive.ts';
import type { WarningEvent } from '../../train/watched.ts';
import type { LoadedData } from '../data/load.ts';
import type { UnwritableError } from '../files/writeFile.ts';
import type { LookEvent } from './look.ts';
import type { RunDirectory } from './runDirectory.ts';

/** What a run tells while it goes on. */
export interface Listener {
  /** After every few steps. */
  onSteps?(records: readonly StepRecord[], total: number): void;
  /** After each epoch, with what it reached on the validation images. */
  onEpoch?(epoch: number, validation: Evaluation): void;
  /** When something goes wrong with the training, in words; each thing once. */
  onWarning?(words: string): void;
  /** When the training ends before its last epoch, and why. */
  onEarly?(why: string): void;
  /** When the device was lost and the run goes on after `step` on another one. */
  onLoss?(step: number, message: string, next: Device): void;
  /** Before tilings are measured, which takes some seconds the first time. */
  onTune?(): void;
  /** Before the first step: the launches of one, and their times where the device has timestamps. */
  onProfile?: ((plan: Plan, timed: readonly PlanRow[] | null) => void) | undefined;
  /** While it is fitted how far answers can be trusted: the share that is done, 0 to 1. */
  onCertainty?: ((share: number) => void) | undefined;
  /** While the test images are evaluated. */
  onTest?(done: number, total: number): void;
  /** What else is to be noted in metrics.jsonl since this was last asked, such as that nobody can be told of the run. */
  remarks?(): readonly string[];
  /** When a file of the run cannot be written, once for each; the run goes on, and tries again. */
  onFault?(fault: UnwritableError): void;
}

/** What a run tells beside what `fit` does. */
export type RunEvent =
  | FitEvent
  | WarningEvent
  | LookEvent
  | { readonly kind: 'test'; readonly scores: DetailedEvaluation };

/** Seconds and steps after which a state is saved, whichever comes first. */
export interface SaveEvery {
  readonly seconds?: number;
  readonly steps?: number | undefined;
}

/** What a book must know of a run. */
interface Subject {
  readonly device: Device;
  readonly model: ModelSpec;
  readonly data: LoadedData;
  readonly settings: Settings;
  readonly saveEvery?: SaveEvery;
}

/** Keeps a run's files while it tells what happens, and passes that on. */
export class RunBook {
  #steps = 0;
  #seconds = 0;
  #trained = 0;
  /** Images and seconds of this epoch. */
  #pace = { images: 0, seconds: 0 };
  #device: string;
  #test: DetailedEvaluation | null = null;
  /** After a loss some steps are done again: they are told once. */
  #told = 0;
  #saved = { at: performance.now(), steps: 0 };

  constructor(
    readonly subject: Subject,
    readonly listener: Listener,
    /** Steps of the whole run. */
    readonly total: number,
  ) {
    this.#device = subject.device.kind;
  }

  get result() {
    const samplesPerSecond = this.#seconds === 0 ? 0 : this.#trained / this.#seconds;
    return { steps: this.#steps, samplesPerSecond, test: this.#test };
  }

  /** Whether a state shall be saved as soon as there is one. */
  get isSaveDue(): boolean {
    const { seconds = Infinity, steps = Infinity } = this.subject.saveEvery ?? {};
    const { at, steps: before } = this.#saved;
    return performance.now() - at >= 1000 * seconds || this.#steps - before >= steps;
  }

  note(event: Exclude<RunEvent | SurviveEvent, { kind: 'start' }>, run: RunDirectory): void {
    const { listener } = this;
    if ('state' in event) this.#steps = event.state.optimizer.steps;
    run.log((listener.remarks?.() ?? []).map((text) => ({ remark: { step: this.#steps, text } })));
    switch (event.kind) {
      case 'steps':
        this.#noteSteps(event.records, event.seconds, run);
        break;
      case 'epoch':
        this.#noteEpoch(event, run);
        break;
      case 'state':
        if (this.isSaveDue) this.#saveLast(run, event.state);
        break;
      case 'stopped':
      case 'lost':
        this.#saveLast(run, event.state);
        break;
      case 'recovered': {
        const { steps } = event.state.optimizer;
        run.logDurably([{ recovered: { step: steps, lost: event.message } }]);
        this.#device = event.device.kind;
        listener.onLoss?.(steps, event.message, event.device);
        break;
      }
      case 'warning':
        listener.onWarning?.(event.words);
        break;
      case 'early':
        listener.onEarly?.(event.why);
        break;
      case 'tune':
        listener.onTune?.();
        break;
      case 'profile':
        listener.onProfile?.(event.plan, event.timed);
        break;
      case 'test':
        this.#test = event.scores;
        run.logDurably([{ test: { loss: event.scores.loss, accuracy: event.scores.accuracy } }]);
        break;
    }
  }

  /**
   * What a run goes on from.
   *
   * @param logged bytes of metrics.jsonl that tell of what is done
   * @throws DivergedError where the weights are of no use
   */
  lastOf(state: RunState, logged: number): Checkpoint {
    const { weights, ...progress } = state;
    return { ...this.#checkpoint(weights, state), progress: { ...progress, logged } };
  }

  /** `last` comes last: nothing that it says was done is missing, and what was done since is done once more. */
  #noteEpoch({ epoch, validation, isBest, state }: EpochEvent, run: RunDirectory): void {
    run.logDurably([{ epoch, validation: { loss: validation.loss, accuracy: validation.accuracy } }]);
    const { keepEvery } = this.subject.settings;
    const used = this.#checkpoint(state.average ?? state.weights, state);
    if (isBest) run.save('best', used);
    if (keepEvery !== null && epoch % keepEvery === 0) run.save(`epoch-${epoch}`, used);
    this.#saveLast(run, state);
    run.logTiming({ epoch, ...this.#pace, device: this.#device });
    this.#pace = { images: 0, seconds: 0 };
    this.listener.onEpoch?.(epoch, validation);
  }

  #noteSteps(records: readonly StepRecord[], seconds: number, run: RunDirectory): void {
    const fresh = records.filter(({ step }) => step > this.#told);
    this.#told = Math.max(this.#told, ...records.map(({ step }) => step));
    this.#seconds += seconds;
    const images = records.reduce((sum, { samples }) => sum + samples, 0);
    this.#trained += images;
    this.#pace = { images: this.#pace.images + images, seconds: this.#pace.seconds + seconds };
    this.#steps = records.at(-1)?.step ?? this.#steps;
    run.log(fresh);
    if (fresh.length > 0) this.listener.onSteps?.(fresh, this.total);
  }

  #saveLast(run: RunDirectory, state: RunState): void {
    run.logDurably([]);
    run.save('last', this.lastOf(state, run.logged));
    this.#saved = { at: performance.now(), steps: state.optimizer.steps };
  }

  #checkpoint(weights: RunState['weights'], { optimizer: { steps: step } }: RunState): Checkpoint {
    if (!allFinite(weights)) throw new DivergedError(step, Number.NaN);
    const { model, data } = this.subject;
    return { model, classes: data.train.classes, recipe: data.recipe, step, weights };
  }
}
