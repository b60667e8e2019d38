import { note } from './output.ts';
import { canBeLive, endLive, lineWidth, showLive } from './terminal/liveLine.ts';

/** Milliseconds between two looks of a live line; more often nobody can read. */
const PAUSE = 100;

/**
 * How far a work is: a live line on a terminal; elsewhere a plain line whenever another tenth is done, so that a log stays
 * short. Both go to stderr.
 */
export class Progress {
  readonly #isLive = canBeLive();
  #tenths = 0;
  #drawn = Number.NEGATIVE_INFINITY;
  #hasStopped = false;

  constructor(
    readonly name: string,
    readonly total: number,
  ) {
    if (this.#isLive) showLive(progressLine(name, 0, [], lineWidth()));
  }

  /** @param details what else there is to say, what matters most first */
  update(done: number, details: readonly string[] = []): void {
    if (this.#isLive) this.#draw(done / this.total, details);
    else this.#tell(done / this.total, details);
  }

  /** Takes the line away; once more does nothing to the line of another. */
  stop(): void {
    if (this.#isLive && !this.#hasStopped) endLive();
    this.#hasStopped = true;
  }

  #draw(share: number, details: readonly string[]): void {
    const now = performance.now();
    if (now - this.#drawn < PAUSE) return;
    this.#drawn = now;
    showLive(progressLine(this.name, share, details, lineWidth()));
  }

  #tell(share: number, details: readonly string[]): void {
    const tenths = Math.floor(10 * share);
    if (tenths <= this.#tenths) return;
    this.#tenths = tenths;
    note([`${this.name} ${percent(share)}`, ...details].join('  '));
  }
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/**
 * The line of at most `width` characters: bar, percentage, and of the details as many as there is room for, each of them
 * whole; the name where there is room for all.
 */
export function progressLine(name: string, share: number, details: readonly string[], width: number): string {
  const bar = barOf(share, Math.floor(width / 8));
  const parts = [`${bar} ${percent(share)}`, ...details];
  const lines = parts.map((_, i) => parts.slice(0, parts.length - i).join('  '));
  const candidates = [`${name} ${lines[0]}`, ...lines, percent(share)];
  return candidates.find((line) => line.length <= width) ?? '';
}

const barOf = (share: number, length: number): string =>
  '━'.repeat(Math.round(share * length)).padEnd(length, '─');

/** 75 → `1:15`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** A bar that appears only when there is something to wait for. */
export class ProgressWhenLong {
  #progress: Progress | null = null;

  constructor(readonly name: string) {}

  update(done: number, total: number): void {
    this.#progress ??= new Progress(this.name, total);
    this.#progress.update(done);
  }

  stop(): void {
    this.#progress?.stop();
  }
}
