import { PipelineError } from '../../faults.ts';
import { crew } from '../tasks/crew.ts';
import type { BytesPreparation, SentPicture } from '../tasks/prepareBytes.ts';
import type { Context, Item, Outcome } from '../tasks/tasks.ts';
import { startTeam, startThread, type Team } from '../threads/team.ts';

const TASK = 'prepareBytes';

interface Job {
  readonly picture: SentPicture;
  readonly resolve: (prepared: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Threads that prepare one picture each at a time, so that a large one keeps no request from being heard. One that dies is
 * replaced; none is ended while it is at work, for which the limits on bytes and pixels set an end.
 */
export class Preparers {
  readonly #jobs: Job[] = [];
  readonly #idle: Team[] = [];
  readonly #all = new Set<Team>();

  /**
   * @param wanted how many threads, ≥ 1
   * @throws PipelineError where the system starts none
   */
  constructor(
    readonly context: BytesPreparation,
    readonly wanted: number,
    readonly start = startThread,
  ) {
    while (this.#all.size < wanted && this.#add());
    if (this.#all.size === 0) throw none();
  }

  /** Threads that are there. */
  get size(): number {
    return this.#all.size;
  }

  /** @throws PipelineError for the picture; the signal's reason, where it is no longer wanted */
  prepare(picture: SentPicture, signal: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const job: Job = { picture, resolve, reject };
      const abort = (): void => {
        const at = this.#jobs.indexOf(job);
        if (at >= 0) this.#jobs.splice(at, 1);
        reject(signal.reason);
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      this.#jobs.push(job);
      this.#next();
    });
  }

  /** Lets threads end the picture that each is at. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map(({ dismiss }) => dismiss()));
  }

  #next(): void {
    if (this.#idle.length === 0 && this.#all.size < this.wanted) this.#add();
    if (this.#all.size === 0) for (const { reject } of this.#jobs.splice(0)) reject(none());
    while (this.#idle.length > 0 && this.#jobs.length > 0)
      void this.#work(this.#idle.pop()!, this.#jobs.shift()!);
  }

  async #work(team: Team, { picture, resolve, reject }: Job): Promise<void> {
    let alive = true;
    try {
      const outcomes = await team.members[0].ask([picture satisfies Item<typeof TASK>]);
      const [outcome] = outcomes as Outcome<typeof TASK>[];
      if ('refused' in outcome) reject(new PipelineError(outcome.refused, outcome.code));
      else resolve(outcome.value);
    } catch (error) {
      alive = !(error instanceof PipelineError && error.code === 'thread-ended');
      reject(error);
    }
    if (alive) this.#idle.push(team);
    else this.#all.delete(team);
    this.#next();
  }

  /** @returns whether the system started one more */
  #add(): boolean {
    const context: Context<typeof TASK> = this.context;
    const team = startTeam(1, { task: TASK, context }, (assignment) => this.start(crew.text, assignment));
    if (team.members.length === 0) return false;
    this.#all.add(team);
    this.#idle.push(team);
    return true;
  }
}

const none = (): PipelineError =>
  new PipelineError('the system starts no thread; close other programs', 'exhausted');
