import type { Device } from '../../../engine/device.ts';
import { DeviceLostError } from '../../../engine/errors.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { place } from '../../../pipeline/model/model.ts';
import { type EpochEvent, fit, type RunState } from '../../../pipeline/train/fit.ts';
import { DivergedError, type StepRecord } from '../../../pipeline/train/records.ts';
import type { Rig } from '../../../pipeline/train/rig.ts';
import { stepsPerEpoch } from '../../../pipeline/train/trainer.ts';
import type { Network, NetworkPlan } from '../network.ts';
import { Epochs } from './epochs.ts';
import type { Standing, Tell } from './events.ts';
import { History } from './history.ts';
import { Teller } from './teller.ts';
import { type Changed, changed, dropoutOf, needsRig, type Terms } from './terms.ts';

/** Where a training takes its network from. */
export interface Workplace {
  readonly network: Network;
  /** Puts a network in the place of the one that is there. */
  seat(plan: NetworkPlan): Network;
  /** Opens another device in the place of one that is lost, with the network on it. */
  replace(lost: Device): Promise<void>;
}

export interface CourseImages {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/** Where a training shall stop: at so many steps, or epochs, done. */
export interface Goal {
  readonly steps?: number;
  readonly epochs?: number;
}

/** Steps between two states that are kept. */
const KEEP_EVERY = 20;
/** Devices that may be lost in a row without a step between. */
const LOSSES = 3;

/** What changed, and how many steps were done by then. */
interface Change {
  readonly step: number;
  readonly terms: Terms;
}

/**
 * The way of a training: where it is, how it came there, and how it goes on. Each stretch is a `fit` from one state to
 * another, so that all it does is what the command line does.
 *
 * Any step that was passed can be had again: from the last state that was kept before it, by the steps and the changes
 * that followed, to the same bits.
 */
export class Path {
  readonly epochs: Epochs;
  readonly records: StepRecord[] = [];
  /** Told when a state is kept. */
  onKept: () => void = () => {};
  readonly #history: History;
  readonly #teller: Teller;
  readonly #start: Terms;
  readonly #changes: Change[] = [];
  /** how many of the changes count by now */
  #applied = 0;
  #state: RunState;
  #halt: AbortController | null = null;
  /** the step that was begun last */
  #begun = 0;

  constructor(
    readonly place: Workplace,
    readonly images: CourseImages,
    readonly tell: Tell,
    state: RunState,
    mostBytes?: number,
  ) {
    const { model, settings } = place.network.plan;
    this.#start = { model, settings };
    this.#state = state;
    this.#teller = new Teller(tell);
    this.#history = new History(mostBytes);
    this.#history.keep({ state, changes: 0 });
    this.epochs = new Epochs(images, tell);
    this.epochs.begin();
  }

  /** Steps done. */
  get steps(): number {
    return this.#state.optimizer.steps;
  }

  get terms(): Terms {
    return this.#applied === 0 ? this.#start : this.#changes[this.#applied - 1].terms;
  }

  get standing(): Omit<Standing, 'plays'> {
    const { model, settings } = this.terms;
    return {
      step: this.steps,
      epoch: this.#state.epoch,
      stepsPerEpoch: stepsPerEpoch(this.images.train, settings.batch),
      settings,
      dropout: dropoutOf(model),
      memory: this.place.network.device.counters.liveBytes,
    };
  }

  /** Breaks off what is under way after the step at hand. */
  halt(): void {
    this.#halt?.abort();
  }

  /** Puts the state at hand into the network. */
  restore(): void {
    this.place.network.rig.restore(this.#state);
  }

  /**
   * Trains up to a goal.
   *
   * @returns whether it is there, or at its end; false where it was halted before
   * @throws DeviceLostError where no other device can be had
   */
  async advance(goal: Goal): Promise<boolean> {
    for (let losses = 0; ; ) {
      while (this.#changes[this.#applied]?.step <= this.steps) await this.#apply();
      if (this.steps >= (goal.steps ?? Infinity)) return true;
      const before = this.steps;
      const stop = Math.min(goal.steps ?? Infinity, this.#changes[this.#applied]?.step ?? Infinity);
      const { device } = this.place.network;
      try {
        const end = await this.#stretch(stop, goal.epochs ?? Infinity);
        if (end !== 'stop') return end === 'over';
      } catch (error) {
        if (error instanceof DivergedError) return this.#diverged(error);
        // Who looks at the network may have replaced it before.
        const isLost = error instanceof DeviceLostError || this.place.network.device !== device;
        if (!isLost || ++losses > LOSSES) throw error;
        await this.place.replace(device);
        this.restore();
      }
      if (this.steps > before) losses = 0;
    }
  }

  /** Goes back to a step that was passed. */
  async back(step: number): Promise<void> {
    const { state, changes } = this.#history.before(step);
    this.#take(state, changes);
    // Those that were made at this step hold: they were made for the next one.
    this.#changes.length = this.#changes.filter((change) => change.step <= step).length;
    this.#forget(step);
    await this.advance({ steps: step });
    this.epochs.cut(this.#state.epoch - 1);
    this.tell({ kind: 'back', step, epochs: this.epochs.done });
  }

  /** @throws PipelineError where it cannot be so */
  async change(wanted: Changed): Promise<void> {
    const terms = changed(this.terms, wanted);
    place(terms.model, this.images.train.classes.length);
    this.#changes.push({ step: this.steps, terms });
    await this.#apply();
  }

  /** Trains by the same terms: to a number of steps, to the end of an epoch, or until it is halted. */
  async #stretch(stop: number, epochs: number): Promise<'stop' | 'halted' | 'over'> {
    const halt = new AbortController();
    this.#halt = halt;
    const { settings } = this.terms;
    const rate = (step: number): undefined => {
      this.#begun = step + 1;
      // It ends after the step at hand.
      if (this.#begun >= stop) halt.abort();
    };
    const wantsState = () => this.#begun - this.#history.newestStep >= KEEP_EVERY;
    const parts = { ...this.images, rate, wantsState };
    try {
      for await (const event of fit(this.place.network.rig, parts, settings, this.#state, halt.signal)) {
        if (event.kind === 'steps') this.#note(event.records, event.seconds);
        if (event.kind === 'state' || event.kind === 'stopped') this.#keep(event.state);
        if (event.kind === 'epoch') await this.#ended(event);
        if (event.kind === 'early') this.tell({ kind: 'over', words: event.why });
        if (event.kind === 'early' || (event.kind === 'epoch' && event.epoch >= epochs)) return 'over';
      }
    } finally {
      this.#halt = null;
      this.#teller.flush();
    }
    if (this.steps >= stop) return 'stop';
    if (halt.signal.aborted) return 'halted';
    this.tell({ kind: 'over', words: `${settings.epochs} epochs are done; raise \`epochs\` to go on` });
    return 'over';
  }

  /** Steps that are done once more are known. */
  #note(records: readonly StepRecord[], seconds: number): void {
    const fresh = records.filter(({ step }) => step > this.records.length);
    if (fresh.length === 0) return;
    this.records.push(...fresh);
    this.#teller.steps(fresh, seconds);
  }

  #keep(state: RunState): void {
    this.#state = state;
    this.#history.keep({ state, changes: this.#applied });
    this.onKept();
  }

  async #ended(event: EpochEvent): Promise<void> {
    this.#keep(event.state);
    this.#teller.flush();
    if (event.epoch <= this.epochs.done) return;
    const records = this.records.filter(({ epoch }) => epoch === event.epoch);
    await this.epochs.add(event, records, this.place.network.rig);
  }

  /** The weights are of no more use: it is at the last good state again. */
  #diverged({ message }: DivergedError): true {
    const { state, changes } = this.#history.before(Infinity);
    this.#take(state, changes);
    this.#forget(this.steps);
    this.tell({ kind: 'over', words: `${message}. It is back at step ${this.steps}.` });
    this.tell({ kind: 'back', step: this.steps, epochs: this.epochs.done });
    return true;
  }

  /** Makes the next change: the place in the epoch is, in images, what it was. */
  async #apply(): Promise<void> {
    const before = this.terms;
    this.#applied++;
    const { batch } = this.terms.settings;
    const step = Math.floor((this.#state.step * before.settings.batch) / batch);
    this.#state = { ...this.#state, step: Math.min(step, stepsPerEpoch(this.images.train, batch)) };
    if (!needsRig(before, this.terms)) return;
    const { optimizer } = this.#reseat();
    if (before.settings.optimizer !== this.terms.settings.optimizer) {
      // Averages of another optimiser begin at 0; its steps count on.
      const { moments } = await optimizer.snapshot();
      this.#state = { ...this.#state, optimizer: { steps: this.steps, moments } };
    }
    this.restore();
  }

  /** Puts the network up anew by the terms at hand. */
  #reseat(): Rig {
    const { model, settings } = this.terms;
    return this.place.seat({ ...this.place.network.plan, model, settings }).rig;
  }

  /** Takes a state, with the terms that it was reached by. */
  #take(state: RunState, changes: number): void {
    const before = this.terms;
    this.#state = state;
    this.#applied = changes;
    if (needsRig(before, this.terms)) this.#reseat();
    this.restore();
  }

  /** What came after a step never was. */
  #forget(step: number): void {
    this.#history.cut(step);
    this.records.length = Math.min(this.records.length, step);
  }
}
