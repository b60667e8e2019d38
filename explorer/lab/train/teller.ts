import type { StepRecord } from '../../../pipeline/train/records.ts';
import type { Tell } from './events.ts';

/** Milliseconds between two tellings of steps: who looks on sees no more. */
const PAUSE = 100;

/** Tellings that the pace is measured over: some steps are told of at the moment when those before them are. */
const TELLINGS = 10;

/** Tells of steps, many at a time. */
export class Teller {
  #records: StepRecord[] = [];
  #seconds = 0;
  #last = 0;
  /** images, and seconds that they took, of the last tellings */
  #pace: { readonly images: number; readonly seconds: number }[] = [];

  constructor(readonly tell: Tell) {}

  /** @param seconds that they took */
  steps(records: readonly StepRecord[], seconds: number): void {
    this.#records.push(...records);
    this.#seconds += seconds;
    if (performance.now() - this.#last >= PAUSE) this.flush();
  }

  flush(): void {
    if (this.#records.length === 0) return;
    const records = this.#records;
    const images = records.reduce((sum, { samples }) => sum + samples, 0);
    this.#pace = [...this.#pace, { images, seconds: this.#seconds }].slice(-TELLINGS);
    const sum = (key: 'images' | 'seconds') => this.#pace.reduce((total, each) => total + each[key], 0);
    const imagesPerSecond = sum('images') / Math.max(1e-6, sum('seconds'));
    this.#records = [];
    this.#seconds = 0;
    this.#last = performance.now();
    this.tell({ kind: 'steps', records, imagesPerSecond });
  }
}
