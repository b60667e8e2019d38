import { setImmediate } from 'node:timers/promises';
import type { Predictor, Reading } from '../../predict/predict.ts';

interface Waiting {
  readonly prepared: Uint8Array;
  readonly signal: AbortSignal;
  readonly resolve: (reading: Reading) => void;
  readonly reject: (reason: unknown) => void;
}

/** The most images of a batch, as many as `predict` takes. */
const MOST = 128;

/** Has a model read prepared images: those that came while it was at the last batch are the next one. */
export class Batches {
  readonly #waiting: Waiting[] = [];
  #busy = false;

  /**
   * @param predictor what reads
   * @param onBatch told the size of each batch
   */
  constructor(
    readonly predictor: Pick<Predictor, 'predictAll'>,
    readonly onBatch: (size: number) => void = () => {},
  ) {}

  /** @throws what the model throws for the whole batch; the signal's reason, where it is no longer wanted */
  read(prepared: Uint8Array, signal: AbortSignal): Promise<Reading> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ prepared, signal, resolve, reject });
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      // What else came in this turn is of the same batch, and between two of them requests are taken in.
      await setImmediate();
      const batch = this.#waiting.splice(0, MOST).filter(({ signal, reject }) => {
        if (signal.aborted) reject(signal.reason);
        return !signal.aborted;
      });
      if (batch.length === 0) continue;
      this.onBatch(batch.length);
      try {
        const readings = await this.predictor.predictAll(batch.map(({ prepared }) => prepared));
        for (const [i, { resolve }] of batch.entries()) resolve(readings[i]);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }
}
