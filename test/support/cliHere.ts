import { pathToFileURL } from 'node:url';
import * as assert from 'uvu/assert';
import { assertRefused, type CliResult, cliFile, filesIn } from './cli.ts';

const shipped = pathToFileURL(cliFile).href;
let runs = 0;

export interface HereOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs `inkgrad` once more within this process, which takes a tenth of the time of a process of its own: the shipped
 * file is evaluated anew, with these words as its arguments and with what it prints kept. That is for commands that
 * read no standard input and are not interrupted. A case of each command, and of each kind of error, stays with
 * `inkgrad` of cli.ts, where the process itself is seen to end.
 */
export async function inkgradHere(
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: HereOptions = {},
): Promise<CliResult> {
  const said = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const { argv, exit, exitCode, sourceMapsEnabled } = process;
  const folder = process.cwd();
  const writers = streams.map((name) => process[name].write);
  const listened: readonly (readonly [NodeJS.EventEmitter, string])[] = [
    ...streams.map((name) => [process[name], 'error'] as const),
    ...['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) => [process, name] as const),
  ];
  const listeners = listened.map(([from, name]) => from.listeners(name));
  const own = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  process.argv = [process.execPath, cliFile, ...args];
  process.exitCode = undefined;
  // As yargs does after --help. What comes of the error on its way out would not have happened.
  let ended: number | undefined;
  process.exit = (code) => {
    ended ??= Number(code ?? process.exitCode ?? 0);
    throw new Error('the command line would have ended the process');
  };
  process.chdir(cwd);
  // Reading the map of a bundle takes longer than running it.
  process.setSourceMapsEnabled(false);
  for (const name of streams) {
    process[name].write = (text: string | Uint8Array) => {
      if (ended === undefined) said[name] += text.toString();
      return true;
    };
  }
  try {
    await import(`${shipped}?${runs++}`);
    return { code: ended ?? Number(process.exitCode ?? 0), ...said };
  } finally {
    for (const [i, name] of streams.entries()) process[name].write = writers[i];
    for (const [i, [from, name]] of listened.entries()) {
      for (const listener of from.listeners(name))
        if (!listeners[i].includes(listener)) from.off(name, listener as () => void);
    }
    for (const [name, value] of own) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    process.setSourceMapsEnabled(sourceMapsEnabled);
    process.chdir(folder);
    process.exit = exit;
    process.exitCode = exitCode;
    process.argv = argv;
  }
}

/** Runs a command that must succeed, within this process. */
export async function succeedsHere(args: readonly string[], options: HereOptions = {}): Promise<CliResult> {
  const result = await inkgradHere(args, options);
  assert.is(result.code, 0, `inkgrad ${args.join(' ')}: ${result.stderr}`);
  return result;
}

/** Runs a command that must succeed with `--json`, within this process; stdout must be one JSON document. */
export async function jsonHere<T>(args: readonly string[], options: HereOptions = {}): Promise<T> {
  const { stdout } = await succeedsHere([...args, '--json'], options);
  return JSON.parse(stdout) as T;
}

/** Expects a command to be refused, within this process, and to leave its working folder as it was. */
export async function refusedHere(
  args: readonly string[],
  expected: number,
  patterns: readonly RegExp[],
  { cwd }: { readonly cwd: string },
): Promise<string> {
  const before = filesIn(cwd);
  const line = assertRefused(await inkgradHere(args, { cwd }), expected, ...patterns);
  assert.equal(filesIn(cwd), before, `files after: ${line}`);
  return line;
}
