import type { Device } from '../../../engine/device.ts';
import type { UnwritableError } from '../../../pipeline/node/files/writeFile.ts';
import type { Listener } from '../../../pipeline/node/runs/runBook.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import type { StepRecord } from '../../../pipeline/train/records.ts';
import { withFlags } from '../../../report/flags.ts';
import { note, percent, warn } from '../../output.ts';
import { clock, Progress } from '../../progress.ts';
import { canBeLive } from '../../terminal/liveLine.ts';
import { lostStreams } from '../../terminal/streams.ts';
import { planTable } from './planTable.ts';
import { type Course, TimeLeft } from './timeLeft.ts';

/** The live view of a run: epoch, step, loss and accuracy over the last steps, speed, time left. */
export class TrainingDisplay implements Listener {
  #progress: Progress | null = null;
  #certainty: Progress | null = null;
  #testing: Progress | null = null;
  readonly #start = performance.now();
  readonly #left: TimeLeft;
  #samples = 0;
  #recent: StepRecord[] = [];

  constructor(
    readonly course: Course,
    /** Whether to print the launches of a step. */
    readonly profiled = false,
    /** Whether a program reads the result: what takes seconds is then not told of. */
    readonly forProgram = false,
  ) {
    this.#left = new TimeLeft(course);
  }

  onTune(): void {
    note('measuring kernel variants for this adapter, once');
  }

  onLoss(step: number, message: string, next: Device): void {
    note(`${withFlags(message)}; going on from step ${step} on ${next.kind} (${next.adapter})`);
  }

  onFault({ path, reason }: UnwritableError): void {
    note(`${path}: cannot be written (${reason}); the run goes on, and tries again`);
  }

  get onProfile(): Listener['onProfile'] {
    if (!this.profiled) return undefined;
    return (plan, timed) => {
      note(timed === null ? 'this device has no timestamps: launches without times' : 'one step, by time');
      note(`${planTable(plan, timed)}\n`);
    };
  }

  onSteps(records: readonly StepRecord[], total: number): void {
    this.#progress ??= new Progress('training', total);
    for (const { samples } of records) this.#samples += samples;
    this.#left.stepped(records[records.length - 1].step, records.length, total);
    this.#recent = [...this.#recent, ...records].slice(-50);
    const { epoch, step } = records[records.length - 1];
    const sum = (of: (record: StepRecord) => number) =>
      this.#recent.reduce((total, record) => total + of(record), 0);
    const loss = sum(({ loss, samples }) => loss * samples) / sum(({ samples }) => samples);
    const accuracy = sum(({ correct }) => correct) / sum(({ samples }) => samples);
    const seconds = (performance.now() - this.#start) / 1000;
    const left = this.#left.seconds;
    this.#progress.update(step, [
      ...(left === null ? [] : [`${clock(left)} left`]),
      `epoch ${epoch}/${this.course.epochs}`,
      `loss ${loss.toFixed(4)}`,
      `accuracy ${percent(accuracy, 1)}`,
      `step ${step}/${total}`,
      `${grouped(this.#samples / seconds)} samples/s`,
    ]);
  }

  onEpoch(epoch: number, { loss, accuracy }: { loss: number; accuracy: number }): void {
    this.#left.validated();
    note(`epoch ${epoch}: validation loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`);
  }

  /** What is said here may fail to arrive; the run keeps it. */
  remarks(): string[] {
    return lostStreams().map((line) => `${line}; the run goes on without it`);
  }

  onWarning(words: string): void {
    warn(withFlags(words));
  }

  onEarly(why: string): void {
    note(`stopped early: ${why}`);
  }

  /** A bar on a terminal; elsewhere one line, for it takes some seconds. */
  get onCertainty(): Listener['onCertainty'] {
    if (this.forProgram) return undefined;
    const what = 'fitting how far answers can be trusted';
    return (share) => {
      this.#progress?.stop();
      if (!canBeLive()) {
        if (share === 0) note(what);
        return;
      }
      this.#certainty ??= new Progress('certainty', 1);
      this.#certainty.update(share, [what]);
    };
  }

  onTest(done: number, total: number): void {
    this.#progress?.stop();
    this.#certainty?.stop();
    this.#testing ??= new Progress('testing', total);
    this.#testing.update(done);
  }

  stop(): void {
    this.#progress?.stop();
    this.#certainty?.stop();
    this.#testing?.stop();
  }
}
