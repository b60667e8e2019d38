import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { constants as osConstants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A program that speaks the protocol of protocol.mjs. */
export interface WorkerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it is to train; one that only reads is not asked to. */
  readonly trains?: boolean;
}

/** What a worker says of itself when it is ready. */
export interface About {
  readonly version: string;
  readonly adapter: string;
  /** How many steps it has done to get warm; versions until 0.2.0 do not say. */
  readonly warm?: number;
}

/** What a worker says of the steps that it did. */
export interface Timed {
  readonly steps: number;
  readonly ms: number;
  readonly loss: number;
}

/** The longest that a worker may take to answer. Some compile for long; some would never come back. */
const PATIENCE_MS = 120_000;

/** A worker as a child process. It inherits the environment, and with it the choice of a Vulkan driver. */
export class WorkerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';
  #failure = '';

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    this.#child.on('error', ({ message }) => {
      this.#failure = message;
    });
    // A line for a process that has ended: what it said before matters, not this.
    this.#child.stdin.on('error', () => {});
  }

  /** Waits until it has built and warmed up its network. */
  ready(): Promise<About> {
    return this.#receive<About>();
  }

  run(steps: number): Promise<Timed> {
    this.#child.stdin.write(`run ${steps}\n`);
    return this.#receive<Timed>();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The next line; an Error with the worker's own reason when it cannot go on. */
  async #receive<T>(): Promise<T> {
    const impatience = setTimeout(() => {
      this.#failure = `no answer within ${PATIENCE_MS / 1000} s`;
      this.kill();
    }, PATIENCE_MS);
    const { value, done } = await this.#lines.next();
    clearTimeout(impatience);
    if (done === true) throw new Error(this.#failure || this.#stderr.trim().split('\n').at(-1) || 'it ended');
    const message = JSON.parse(value) as T | { error: string };
    if (typeof message === 'object' && message !== null && 'error' in message) throw new Error(message.error);
    return message as T;
  }
}

/** Runs `body`, and ends all children after it, whatever becomes of it or of this process. */
export async function withoutOrphans<T>(
  children: readonly { kill(): void }[],
  body: () => Promise<T>,
): Promise<T> {
  const killAll = () => {
    for (const child of children) child.kill();
  };
  const leave = (signal: 'SIGINT' | 'SIGTERM') => process.exit(128 + osConstants.signals[signal]);
  process.on('exit', killAll).on('SIGINT', leave).on('SIGTERM', leave);
  try {
    return await body();
  } finally {
    process.off('exit', killAll).off('SIGINT', leave).off('SIGTERM', leave);
    killAll();
  }
}
