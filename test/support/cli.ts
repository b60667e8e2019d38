import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';

/** The command line as it is shipped. Tests run in the root of the project. */
export const cliFile = join(process.cwd(), 'dist/cli.js');

export interface CliResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the command reads from standard input. */
  readonly input?: Uint8Array | string;
  /** After this many milliseconds the process is killed, and `code` is null. */
  readonly timeout?: number;
  /** Called with all of stderr whenever some more of it came; gives a signal to send, or nothing. */
  readonly onStderr?: (stderr: string) => NodeJS.Signals | undefined;
  /** Asked every few milliseconds whether the moment has come to send a signal. */
  readonly signalWhen?: { readonly signal: NodeJS.Signals; readonly ready: () => boolean };
}

/** Runs `inkgrad` with arguments as a user would, in a process of its own. */
export function inkgrad(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { cwd = process.cwd(), env = {}, input = '', timeout = 180_000, onStderr, signalWhen } = options;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cliFile, ...args], { cwd, env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    const late = setTimeout(() => child.kill('SIGKILL'), timeout);
    const watch = setInterval(() => {
      if (!signalWhen?.ready()) return;
      clearInterval(watch);
      child.kill(signalWhen.signal);
    }, 5);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const signal = onStderr?.(stderr);
      if (signal !== undefined) child.kill(signal);
    });
    // A command that reads no input may have ended before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('close', (code) => {
      clearTimeout(late);
      clearInterval(watch);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs a line of bash in which $INKGRAD is the command, and a failing command of a pipe fails the whole. */
export function shell(line: string, cwd: string): Promise<CliResult> {
  return new Promise((resolve) => {
    const command = `"${process.execPath}" "${cliFile}"`;
    const child = spawn('bash', ['-o', 'pipefail', '-c', line.replaceAll('$INKGRAD', command)], { cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a command that must succeed. */
export async function succeeds(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = await inkgrad(args, options);
  assert.is(result.code, 0, `inkgrad ${args.join(' ')}: ${result.stderr}`);
  return result;
}

/** Runs a command that must succeed with `--json`; stdout must be one JSON document and nothing else. */
export async function json<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { stdout } = await succeeds([...args, '--json'], options);
  return JSON.parse(stdout) as T;
}

const progress =
  /^(training|testing|trying|preparing images) \d+ %|^(model|data|from|device) {2,}|^epoch \d+: validation|^$/;

/**
 * Expects of a failed command: this exit code, one line of error that every pattern matches, no stack trace,
 * nothing on stdout. Progress that came before is let pass. Gives the line.
 */
export function assertRefused(
  { code, stdout, stderr }: CliResult,
  expected: number,
  ...patterns: readonly RegExp[]
): string {
  const lines = stderr.trimEnd().split('\n');
  const last = lines[lines.length - 1];
  const strange = lines.slice(0, -1).filter((line) => !progress.test(line));
  assert.equal(strange, [], `expected one line of error, got:\n${stderr}`);
  assert.match(last, /^inkgrad: /);
  assert.not.match(last, /a bug|undefined|NaN:|\[object/);
  for (const pattern of patterns) assert.match(last, pattern);
  assert.is(code, expected, `exit code of: ${last}`);
  assert.is(stdout, '', 'nothing on stdout');
  return last;
}

/** Expects a command to be refused and to leave its working folder as it was. */
export async function refused(
  args: readonly string[],
  expected: number,
  patterns: readonly RegExp[],
  options: CliOptions & { readonly cwd: string },
): Promise<string> {
  const before = filesIn(options.cwd);
  const line = assertRefused(await inkgrad(args, options), expected, ...patterns);
  assert.equal(filesIn(options.cwd), before, `files after: ${line}`);
  return line;
}

/** Everything below a folder, as sorted relative paths. */
export const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];

/** The lines of a metrics.jsonl, each of which must be JSON. */
export const readJsonLines = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** How many whole lines a file that is being written has; 0 before it is there. */
export const lineCount = (file: string): number =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;

/** Whether pixel (x, y) of the i-th drawing is ink. */
type Shape = (x: number, y: number, i: number) => boolean;

/** Three characters that a linear model tells apart. `i` varies place, length and width of the stroke. */
const shapes: Readonly<Record<string, Shape>> = {
  bar: (x, y, i) => Math.abs(x - 18 - (i % 5)) <= 1 + (i % 2) && y > 5 + (i % 4) && y < 34,
  dash: (x, y, i) => Math.abs(y - 18 - (i % 5)) <= 1 + (i % 2) && x > 5 + (i % 4) && x < 34,
  slash: (x, y, i) => Math.abs(x + y - 38 - (i % 4)) <= 2 + (i % 2) && x > 7 && x < 33,
};

/** A drawing of 40×40, dark ink on bright paper. */
export function stroke(kind: string, i = 0): Uint8Array {
  return encodePng(draw(40, 40, (x, y) => shapes[kind](x, y, i)));
}

/** A picture with dark ink on bright paper. */
export function draw(width: number, height: number, ink: (x: number, y: number) => boolean): RgbaImage {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data.set(ink(x, y) ? [25, 30, 60, 255] : [250, 248, 240, 255], 4 * (y * width + x));
  }
  return { width, height, data };
}

/** A folder data set as path → file: 3 classes with `many` drawings each. */
export const strokes = (prefix = '', many = 12): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.keys(shapes).flatMap((kind) =>
      Array.from({ length: many }, (_, i) => [
        `${prefix}${kind}/${String(i).padStart(2, '0')}.png`,
        stroke(kind, i),
      ]),
    ),
  );

/** A model that trains in no time: means over 4×4 pixels, then one linear layer. */
export const tinyModel = JSON.stringify({
  name: 'tiny',
  input: [1, 28, 28],
  layers: [
    { type: 'avgPool2d', kernelSize: 4 },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
});

/** Unsigned bytes as an IDX file. */
export function idx(shape: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, side] of shape.entries()) header.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([header, data]);
}
