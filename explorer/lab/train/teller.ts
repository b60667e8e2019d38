import type { StepRecord } from '../../../pipeline/train/records.ts';
import type { Tell } from './events.ts';

/** Milliseconds between two tellings of steps: who looks on sees no more. */
const PAUSE = 100;

/** Tells of steps, many at a time. */
export class Teller {
  #records: StepRecord[] = [];
  #seconds = 0;
  #last = 0;

  constructor(readonly tell: Tell) {}

  /** @param seconds that they took */
  steps(records: readonly StepRecord[], seconds: number): void {
    this.#records.push(...records);
    this.#seconds += seconds;
    if (performance.now() - this.#last >= PAUSE) this.flush();
  }

  flush(): void {
    if (this.#records.length === 0) return;
    const images = this.#records.reduce((sum, { samples }) => sum + samples, 0);
    const records = this.#records;
    const imagesPerSecond = images / Math.max(1e-6, this.#seconds);
    this.#records = [];
    this.#seconds = 0;
    this.#last = performance.now();
    this.tell({ kind: 'steps', records, imagesPerSecond });
  }
}
