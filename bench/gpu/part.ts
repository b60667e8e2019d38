/** A part of the report: measured within its budget, and failing alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ceiling } from '../ceiling.ts';
import { measureCeiling } from '../ceiling.ts';
import type { Host } from './host.ts';
import type { Torch } from './python.ts';
import type { GpuSettings } from './settings.ts';

/** What a part measured, and why it has no more. */
export interface PartReport<T> {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  /** What is missing, and why. */
  readonly reasons: readonly string[];
  readonly seconds: number;
  readonly data: T;
}

/** What parts learn for those after them. */
export interface Shared {
  ceiling: Ceiling | null;
}

/** Measures it where no part before did. */
export async function ceilingOf({ shared, host }: PartContext): Promise<Ceiling> {
  shared.ceiling ??= await measureCeiling(await host.device('fast'));
  return shared.ceiling;
}

export interface PartContext {
  readonly settings: GpuSettings;
  readonly host: Host;
  readonly shared: Shared;
  /** PyTorch; a text where there is none, with the reason. */
  readonly torch: Promise<Torch | string>;
  /** Tells of progress. */
  say(text: string): void;
  /** Notes what the report lacks, and why. */
  lacks(reason: string): void;
  /** Seconds until nothing new shall be begun. */
  left(): number;
  /** Something to be ended when the part is over, however it ends. */
  onEnd(end: () => void): void;
}

/** Fills `data`, bit by bit: what is in it when the part fails is kept. */
export type Part<T> = (context: PartContext, data: T) => Promise<void>;

/** Seconds after its budget at which a part that does not end is given up. */
const GRACE = 15;

export interface Attempt {
  readonly status: 'done' | 'failed' | 'skipped';
  readonly reasons: readonly string[];
  readonly seconds: number;
  /** It did not end by itself, and may go on. */
  readonly hangs: boolean;
}

/** Runs a part for at most so many seconds. */
export async function attempt<T>(
  part: Part<T>,
  data: T,
  given: Omit<PartContext, 'lacks' | 'left' | 'onEnd'>,
  budget: number,
): Promise<Attempt> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const reasons: string[] = [];
  const ends: (() => void)[] = [];
  const context: PartContext = {
    ...given,
    lacks: (reason) => reasons.push(reason),
    left: () => budget - seconds(),
    onEnd: (end) => ends.push(end),
  };
  const ended = new AbortController();
  try {
    if (budget <= 0) {
      return { status: 'skipped', reasons: ['the time for all parts was over'], seconds: 0, hangs: false };
    }
    const hangs = await Promise.race([
      part(context, data).then(() => false),
      sleep((budget + GRACE) * 1000, true, { signal: ended.signal }),
    ]);
    if (hangs) reasons.push(`gave no sign for too long after its ${Math.round(budget)} s, and was given up`);
    return { status: hangs ? 'failed' : 'done', reasons, seconds: seconds(), hangs };
  } catch (error) {
    return { status: 'failed', reasons: [...reasons, oneLine(error)], seconds: seconds(), hangs: false };
  } finally {
    ended.abort();
    for (const end of ends) end();
    given.host.close();
  }
}

export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ').trim();
