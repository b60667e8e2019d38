import type { IncomingMessage } from 'node:http';
import { PipelineError } from '../../faults.ts';
import { answerOf } from '../../predict/answer.ts';
import type { Predictor } from '../../predict/predict.ts';
import { systemFault } from '../files/systemFault.ts';
import { newBudget } from '../threads/budget.ts';
import { Batches } from './batches.ts';
import { Body } from './body.ts';
import type { Metrics } from './metrics.ts';
import { picturesOf, type SentFile } from './pictures.ts';
import { Places } from './places.ts';
import { Preparers } from './preparers.ts';
import { busy, Refusal, statusOf, tooLarge } from './refusal.ts';
import { json, type Reply } from './reply.ts';

export interface PredictingOptions {
  /** how many classes of a picture are told, ≥ 1 */
  readonly top: number;
  /** the largest picture that is read */
  readonly maxPixels: number;
  /** the most bytes of a body */
  readonly maxBody: number;
  /** the most pictures that wait or are worked on */
  readonly maxWaiting: number;
  /** threads that prepare pictures */
  readonly threads: number;
  /** how a line of the pipeline is said, which names options as a program writes them */
  readonly tell: (message: string) => string;
}

/** Bytes of all bodies in memory, or four of the longest. */
const BODIES = 256e6;

/** An entry of the answer, as in `predict --json`. */
interface Entry {
  readonly status: number;
  readonly result: object;
}

/** `POST /predict`: from a request to what its pictures show. */
export class Predicting {
  readonly waiting: Places;
  readonly bodies: Places;
  readonly preparers: Preparers;
  readonly #batches: Batches;

  /** @throws PipelineError where the system starts no thread */
  constructor(
    predictor: Predictor,
    readonly metrics: Metrics,
    readonly options: PredictingOptions,
  ) {
    const { maxPixels, maxBody, maxWaiting, threads } = options;
    this.waiting = new Places(maxWaiting);
    this.bodies = new Places(Math.max(BODIES, 4 * maxBody));
    const context = { trained: predictor.checkpoint.recipe, maxPixels, budget: newBudget() };
    this.preparers = new Preparers(context, threads);
    this.#batches = new Batches(predictor, (size) => metrics.batch(size));
  }

  /** @throws Refusal; the signal's reason */
  async answer(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const { 'content-encoding': encoding, 'content-type': type } = request.headers;
    if (encoding !== undefined && encoding !== 'identity')
      throw new Refusal(415, 'the body is compressed; send the picture as it is');
    const body = new Body();
    try {
      const bytes = await body.read(request, {
        most: this.options.maxBody,
        room: this.bodies,
        signal,
      });
      return await this.#read(await picturesOf(type, bytes), signal);
    } finally {
      this.bodies.give(body.taken);
    }
  }

  async #read(files: readonly SentFile[], signal: AbortSignal): Promise<Reply> {
    const { maxWaiting } = this.options;
    if (files.length > maxWaiting) throw tooLarge(`at most ${maxWaiting} pictures are read at once`);
    if (!this.waiting.take(files.length)) throw busy('too many pictures are waiting');
    try {
      const entries = await Promise.all(files.map((file) => this.#entry(file, signal)));
      // One bad picture does not end the others.
      const status = entries.find((entry) => entry.status === 200)?.status ?? entries[0].status;
      return json(
        status,
        entries.map(({ result }) => result),
      );
    } finally {
      this.waiting.give(files.length);
    }
  }

  async #entry({ path, bytes }: SentFile, signal: AbortSignal): Promise<Entry> {
    try {
      const prepared = await this.preparers.prepare({ bytes, where: path }, signal);
      const reading = await this.#batches.read(prepared, signal);
      this.metrics.picture('read');
      return { status: 200, result: { path, ...answerOf(reading, this.options.top) } };
    } catch (error) {
      const fault = error instanceof PipelineError ? error : systemFault(error);
      if (fault === undefined) throw error;
      this.metrics.picture('refused');
      return {
        status: statusOf(fault.code),
        result: { path, error: this.options.tell(fault.message) },
      };
    }
  }
}
