import { deadUnits } from '../../../pipeline/train/deadUnits.ts';
import type { EpochEvent } from '../../../pipeline/train/fit.ts';
import type { StepRecord } from '../../../pipeline/train/records.ts';
import type { Rig } from '../../../pipeline/train/rig.ts';
import { type EpochFacts, Watch } from '../../../pipeline/train/watch.ts';
import type { Tell } from './events.ts';
import type { CourseImages } from './path.ts';

/** The epochs of a training that are over, and what a watch says of them. */
export class Epochs {
  readonly #facts: EpochFacts[] = [];
  #watch: Watch;

  constructor(
    readonly images: CourseImages,
    readonly tell: Tell,
  ) {
    this.#watch = this.#newWatch();
  }

  /** How many are over. */
  get done(): number {
    return this.#facts.length;
  }

  /** Before the first step. */
  begin(): void {
    this.#warn(this.#watch.begin());
  }

  /** @param records of its steps */
  async add(event: EpochEvent, records: readonly StepRecord[], rig: Rig): Promise<void> {
    const { epoch, validation, state } = event;
    const facts = { records, validation, dead: await deadUnits(rig, this.images.validation) };
    this.#facts.push(facts);
    const images = records.reduce((sum, { samples }) => sum + samples, 0);
    const share = (of: (record: StepRecord) => number) =>
      records.reduce((sum, record) => sum + of(record), 0) / Math.max(1, images);
    const train = {
      loss: share(({ loss, samples }) => loss * samples),
      accuracy: share(({ correct }) => correct),
    };
    const { loss, accuracy, confusion } = validation;
    this.tell({
      kind: 'epoch',
      scores: {
        ...{ epoch, step: state.optimizer.steps, train },
        ...{ validation: { loss, accuracy }, matrix: confusion.matrix },
      },
    });
    this.#warn(this.#watch.epoch(facts));
  }

  /** Forgets those after the first ones. */
  cut(many: number): void {
    if (many >= this.done) return;
    this.#facts.length = many;
    this.#watch = this.#newWatch();
    // What it said of these is said.
    for (const facts of this.#facts) this.#watch.epoch(facts);
  }

  #newWatch(): Watch {
    const watch = new Watch(this.images.train, this.images.validation);
    watch.begin();
    return watch;
  }

  #warn(all: readonly string[]): void {
    for (const words of all) this.tell({ kind: 'warning', words });
  }
}
