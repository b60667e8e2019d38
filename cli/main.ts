import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { InkgradError } from '../engine/errors.ts';
import { BrokenImagesError } from '../pipeline/node/data/imageFiles.ts';
import { withFlags } from '../report/flags.ts';
import { version } from '../report/version.ts';
import { bench } from './commands/bench/index.ts';
import { data } from './commands/data/index.ts';
import { doctor } from './commands/doctor.ts';
import { evaluate } from './commands/evaluate/index.ts';
import { exportRun } from './commands/export.ts';
import { gradcheck } from './commands/gradcheck.ts';
import { importNetworkFile } from './commands/import.ts';
import { predict } from './commands/predict/index.ts';
import { preprocess } from './commands/preprocess.ts';
import { summary } from './commands/summary.ts';
import { train } from './commands/train/index.ts';
import { Interrupted } from './interrupt.ts';
import { completeHtml } from './options.ts';
import { note } from './output.ts';
import { hideDash } from './stdin.ts';
import { refuseEmpty, refuseTwice, refuseUnknownStart, UsageError, usageError } from './usage.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated. */
const FAILED = 1;
const WRONG_USAGE = 2;

const commands = {
  ...{ train, evaluate, predict, preprocess, data, summary, gradcheck, bench, doctor },
  export: exportRun,
  import: importNetworkFile,
};
const commandNames = Object.keys(commands);

async function main(): Promise<void> {
  const words = completeHtml(hideBin(process.argv));
  refuseTwice(words);
  refuseUnknownStart(words, commandNames);
  const parser = yargs(hideDash(words))
    .scriptName('inkgrad')
    .usage('$0 <command>\n\nTrains a CNN on handwriting with an engine written from first principles.')
    .version(version)
    .option('verbose', {
      type: 'boolean',
      default: false,
      global: true,
      describe: 'Show the stack trace of an error, and every broken image',
    })
    .strict()
    .check(refuseEmpty, true)
    .demandCommand(1, 1, `give a command: ${commandNames.join(', ')}`)
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .help()
    .alias('h', 'help');
  for (const register of Object.values(commands)) register(parser);
  parser.fail((message, error) => {
    if (error && error.name !== 'YError') throw error;
    // The flags of the command at hand; yargs' types leave this method out.
    const { key } = (parser as unknown as { getOptions(): { key: Record<string, boolean> } }).getOptions();
    throw usageError(message ?? error.message, words, Object.keys(key));
  });
  await parser.parseAsync();
}

/** One line for what a person can mend; anything else is a bug and shows where it happened. */
function report(error: unknown): number {
  const verbose = process.argv.includes('--verbose');
  if (error instanceof Interrupted) return error.code;
  if (error instanceof BrokenImagesError && verbose) note(withFlags(error.lines.join('\n')));
  if (error instanceof UsageError) {
    note(`inkgrad: ${error.message}`);
    return WRONG_USAGE;
  }
  if (error instanceof InkgradError && !verbose) note(`inkgrad: ${told(error)}`);
  else if (error instanceof Error && !verbose)
    note(`inkgrad: ${error.message} (a bug; --verbose shows where)`);
  else
    note(
      error instanceof Error ? String(error.stack).replace(error.message, () => told(error)) : String(error),
    );
  return FAILED;
}

/** The message of an error, as the command line says it. */
const told = (error: Error): string =>
  withFlags(error instanceof BrokenImagesError ? `${error.message} (--verbose lists all)` : error.message);

// A reader that has seen enough, such as head, closes the pipe: that is no failure of ours. Without a listener
// for what is noted the work goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}
