import { startOf } from '../../../pipeline/train/fit.ts';
import type { StepRecord } from '../../../pipeline/train/records.ts';
import type { Tell } from './events.ts';
import { type CourseImages, type Goal, Path, type Workplace } from './path.ts';
import type { Changed } from './terms.ts';
import { Turns } from './turns.ts';

/**
 * A training that can be played, paused, stepped and taken back, and whose settings may change between two steps.
 * What is asked for while something is under way has its turn after it; a training that plays makes way, and goes on.
 */
export class Course {
  readonly #turns = new Turns();
  #plays = false;
  #goal: Goal = {};
  /** told when it plays no more */
  readonly #waiting: (() => void)[] = [];
  /** how many wait for a turn, or have one */
  #asking = 0;
  /** whether what is under way may be broken off, to go on later */
  #mayHalt = false;

  private constructor(
    readonly path: Path,
    readonly tell: Tell,
  ) {}

  /** @param mostBytes that states which are kept may take together */
  static async begin(
    place: Workplace,
    images: CourseImages,
    tell: Tell,
    mostBytes?: number,
  ): Promise<Course> {
    const path = new Path(place, images, tell, await startOf(place.network.rig), mostBytes);
    const course = new Course(path, tell);
    path.onKept = () => course.#stand();
    course.#stand();
    return course;
  }

  /**
   * Goes on by itself.
   *
   * @returns when it stops: paused, at its end, or at the goal
   */
  async play(goal: Goal = {}): Promise<void> {
    this.#goal = goal;
    if (!this.#plays) {
      this.#plays = true;
      this.#stand();
      void this.#go();
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async pause(): Promise<void> {
    this.#stop();
    await this.quiet(() => {});
  }

  /** Does some steps more. */
  step(many = 1): Promise<void> {
    return this.#paused(() => this.path.advance({ steps: this.steps + many }));
  }

  /** Goes on to the end of the epoch, and to what validation says of it. */
  epoch(): Promise<void> {
    return this.play({ epochs: this.path.epochs.done + 1 });
  }

  /** Goes back to a step before; to the last one when left out. */
  back(to?: number): Promise<void> {
    return this.#paused(() => this.path.back(Math.max(0, Math.min(to ?? this.steps - 1, this.steps))));
  }

  /**
   * Changes settings, or dropout, from the next step on.
   *
   * @throws PipelineError where they cannot be so
   */
  async change(wanted: Changed): Promise<void> {
    await this.quiet(() => this.path.change(wanted));
  }

  /** Does something while no step is under way; a training that plays goes on afterwards. */
  async quiet<T>(action: () => T | Promise<T>): Promise<T> {
    this.#asking++;
    if (this.#mayHalt) this.path.halt();
    try {
      return await this.#turns.take(action);
    } finally {
      this.#asking--;
      this.#stand();
      if (this.#plays) void this.#go();
    }
  }

  /** After the network has been put on another device: it is to be what it was there. */
  restore(): void {
    this.path.restore();
  }

  /** Steps done. */
  get steps(): number {
    return this.path.steps;
  }

  /** Every step so far. */
  get records(): readonly StepRecord[] {
    return this.path.records;
  }

  #paused(action: () => Promise<unknown>): Promise<void> {
    this.#stop();
    return this.quiet(async () => void (await action()));
  }

  #stop(): void {
    this.#plays = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #go(): Promise<void> {
    return this.#turns.take(async () => {
      // Who asks has the next turn, and lets it go on then.
      if (!this.#plays || this.#asking > 0) return;
      try {
        this.#mayHalt = true;
        if (await this.path.advance(this.#goal)) this.#stop();
      } catch (error) {
        this.#stop();
        this.tell({ kind: 'over', words: error instanceof Error ? error.message : String(error) });
      } finally {
        this.#mayHalt = false;
        this.#stand();
      }
    });
  }

  #stand(): void {
    this.tell({ kind: 'standing', standing: { plays: this.#plays, ...this.path.standing } });
  }
}
