import { SingleBar } from 'cli-progress';
import { note } from './output.ts';

/** Columns of a terminal from which on there is room for the name and a long bar. */
const WIDE = 120;

/**
 * A live bar on a terminal; elsewhere a plain line whenever another tenth is done, so that a log stays short.
 * Both go to stderr.
 */
export class Progress {
  readonly #bar: SingleBar | null;
  #tenths = 0;

  constructor(
    readonly name: string,
    readonly total: number,
  ) {
    const columns = process.stderr.columns ?? 80;
    this.#bar = process.stderr.isTTY
      ? new SingleBar({
          format: `${columns < WIDE ? '' : `${name} `}{bar} {percentage} %{text}`,
          barsize: columns < WIDE ? 3 : 20,
          barCompleteChar: '━',
          barIncompleteChar: '─',
          hideCursor: true,
          clearOnComplete: true,
          stream: process.stderr,
        })
      : null;
    this.#bar?.start(total, 0, { text: '' });
  }

  update(done: number, text = ''): void {
    this.#bar?.update(done, { text: text && `  ${text}` });
    const tenths = Math.floor((10 * done) / this.total);
    if (this.#bar === null && tenths > this.#tenths) {
      note(`${this.name} ${Math.round((100 * done) / this.total)} %${text && `  ${text}`}`);
      this.#tenths = tenths;
    }
  }

  stop(): void {
    this.#bar?.stop();
  }
}

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
