import { pathToFileURL } from 'node:url';
import * as assert from 'uvu/assert';
import { assertRefused, type CliResult, cliFile, filesIn } from './cli.ts';

const shipped = pathToFileURL(cliFile).href;
let runs = 0;

/**
 * Runs `inkgrad` once more within this process, which takes a tenth of the time of a process of its own: the shipped
 * file is evaluated anew, with these words as its arguments and with what it prints kept. That is for commands that
 * are refused early. A case of each kind of error stays with `inkgrad` of cli.ts, where the process itself is seen
 * to end.
 */
export async function inkgradHere(
  args: readonly string[],
  { cwd = process.cwd() }: { readonly cwd?: string } = {},
): Promise<CliResult> {
  const said = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const { argv, exit, exitCode, sourceMapsEnabled } = process;
  const folder = process.cwd();
  const writers = streams.map((name) => process[name].write);
  const listeners = streams.map((name) => process[name].listeners('error'));
  process.argv = [process.execPath, cliFile, ...args];
  process.exitCode = undefined;
  process.exit = () => {
    throw new Error('the command line would have ended the process');
  };
  process.chdir(cwd);
  // Reading the map of a bundle takes longer than running it.
  process.setSourceMapsEnabled(false);
  for (const name of streams) {
    process[name].write = (text: string | Uint8Array) => {
      said[name] += text.toString();
      return true;
    };
  }
  try {
    await import(`${shipped}?${runs++}`);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    for (const [i, name] of streams.entries()) {
      process[name].write = writers[i];
      for (const listener of process[name].listeners('error'))
        if (!listeners[i].includes(listener)) process[name].off('error', listener as () => void);
    }
    process.setSourceMapsEnabled(sourceMapsEnabled);
    process.chdir(folder);
    process.exit = exit;
    process.exitCode = exitCode;
    process.argv = argv;
  }
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
