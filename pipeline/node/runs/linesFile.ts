import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { withFile } from '../files/openFile.ts';
import { syncFile, syncFolder } from '../files/sync.ts';
import { writing } from '../files/writeFile.ts';

/**
 * A file that grows by lines, one JSON object each. Lines that could not be written stay in memory and are written with
 * the next; the file itself ends with a whole line whatever happens.
 */
export class LinesFile<Line> {
  #pending = '';
  /** Bytes of whole lines; null before the file is first opened. */
  #length: number | null = null;

  /** @param kept bytes at its beginning that are right; what follows them is cut off when it is first written */
  constructor(
    readonly path: string,
    readonly kept = Infinity,
  ) {}

  /** Bytes of its lines, those that could not be written yet too. */
  get length(): number {
    const whole = () => (existsSync(this.path) ? wholeLines(readFileSync(this.path)).length : 0);
    this.#length ??= Math.min(whole(), this.kept);
    return this.#length + Buffer.byteLength(this.#pending);
  }

  /** Whether it has all lines. */
  get isWritten(): boolean {
    return this.#pending === '';
  }

  /**
   * Adds lines.
   *
   * @throws UnwritableError where the file cannot be written
   */
  append(lines: readonly Line[]): void {
    this.#pending += lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    if (this.#pending !== '') this.#write((file) => this.#add(file));
  }

  /**
   * Waits until all lines are on the disk: done where a person is told of what they say, not for each.
   *
   * @throws UnwritableError where the file cannot be written
   */
  sync(): void {
    this.#write((file) => {
      this.#add(file);
      syncFile(file);
      syncFolder(dirname(this.path));
    });
  }

  #write(body: (file: number) => void): void {
    writing(this.path, () => {
      const file = openSync(this.path, 'a');
      try {
        body(file);
      } finally {
        closeSync(file);
      }
    });
  }

  #add(file: number): void {
    const lines = Buffer.from(this.#pending);
    // What a process that was killed wrote half of is no line.
    const length = this.length - lines.length;
    cutAt(length, file);
    try {
      writeFileSync(file, lines);
    } catch (error) {
      cutAt(length, file);
      throw error;
    }
    this.#length = length + lines.length;
    this.#pending = '';
  }
}

function cutAt(length: number, file: number): void {
  if (fstatSync(file).size > length) ftruncateSync(file, length);
}

/** The lines of a file, in order, up to one that is not whole: a process may have been killed, or the power cut, there. */
export const readLines = <Line>(file: string): Line[] =>
  withFile(file, (open) => wholeLines(readFileSync(open)).lines as Line[]);

/** @returns the lines before the first that is not whole, and how many bytes they have */
function wholeLines(bytes: Buffer): { lines: object[]; length: number } {
  const lines: object[] = [];
  let length = 0;
  for (;;) {
    const end = bytes.indexOf('\n', length);
    const line = end < 0 ? null : parsed(bytes.toString('utf8', length, end));
    if (line === null) return { lines, length };
    lines.push(line);
    length = end + 1;
  }
}

function parsed(line: string): object | null {
  try {
    return JSON.parse(line) as object;
  } catch {
    return null;
  }
}
