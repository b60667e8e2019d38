import { InkgradError } from '../engine/errors.ts';
import { BrokenImagesError } from '../pipeline/node/data/brokenImages.ts';
import { systemFault } from '../pipeline/node/files/systemFault.ts';
import { visible } from '../pipeline/text/visible.ts';
import { withFlags } from '../report/flags.ts';
import { version } from '../report/version.ts';
import type { Command } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { ASKED, plainCompletions } from './completions.ts';
import { completeHtml } from './htmlFlag.ts';
import { Interrupted, keepFromHangup } from './interrupt.ts';
import { complain, note, print } from './output.ts';
import { hideDash, showDash } from './stdin.ts';
import { endLive } from './terminal/liveLine.ts';
import { watchStreams } from './terminal/streams.ts';
import {
  refuseEmpty,
  refuseNegated,
  refuseSpoiltSwitch,
  refuseTwice,
  refuseUnknownStart,
  UsageError,
  usageError,
} from './usage.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 129 hung up, 130 interrupted, 143 terminated. */
const FAILED = 1;
const WRONG_USAGE = 2;

const commandNames = Object.keys(commands);

async function main(): Promise<void> {
  const words = completeHtml(process.argv.slice(2));
  // A shell that asks what could follow gives the program and the words so far, which need not make sense yet.
  const asksForMore = words[0] === ASKED;
  const [command] = asksForMore ? words.slice(2) : words;
  if (!asksForMore) {
    refuseTwice(words);
    refuseUnknownStart(words, commandNames);
  }
  // It asks for the working folder as it is loaded, which may be gone: that is told as all else is.
  const { default: yargs } = await import('yargs');
  const parser = yargs()
    .scriptName('inkgrad')
    .usage('$0 <command>\n\nTrains a CNN on handwriting with an engine written from first principles.')
    .version(version)
    .option('verbose', {
      type: 'boolean',
      default: false,
      global: true,
      describe: 'Show the stack trace of an error, and every broken image',
    })
    .option('quiet', {
      type: 'boolean',
      default: false,
      global: true,
      describe: 'Say nothing but results, warnings and errors',
    })
    .strict()
    // Else --data.x would make an object of --data.
    .parserConfiguration({ 'dot-notation': false })
    .middleware(showDash, true)
    .check(refuseEmpty, true)
    .demandCommand(1, 1, `give a command: ${commandNames.join(', ')}`)
    .wrap(Math.min(100, process.stdout.columns || 100))
    .help()
    .alias('h', 'help');
  for (const [name, { syntax, describe, load }] of Object.entries(commands)) {
    // Only the command that is asked for is loaded: help, and an error, are there in no time.
    const { builder, run }: Partial<Command> = command === name ? await load() : {};
    parser.command(syntax, describe, builder ?? {}, run);
  }
  // The flags of the command at hand; yargs' types leave these methods out.
  const inner = parser as unknown as {
    getOptions(): { key: object; boolean: string[] };
    getInternalMethods(): { getUsageInstance(): { cacheHelpMessage(): void } };
  };
  const flags = () => inner.getOptions();
  // As a command begins, its help is laid out in case it fails: a tenth of a second for what is never shown.
  inner.getInternalMethods().getUsageInstance().cacheHelpMessage = () => {};
  parser.check(() => refuseNegated(words, Object.keys(flags().key), flags().boolean), true);
  parser.check(() => refuseSpoiltSwitch(words, flags().boolean), true);
  parser.fail((message, error) => {
    if (error && error.name !== 'YError') throw error;
    throw usageError(message ?? error.message, words, Object.keys(flags().key));
  });
  // Given a callback, yargs leaves the printing of help, and the end of the process, to us.
  let help = '';
  await parser.parseAsync(hideDash(words), {}, (_error, _argv, output) => {
    help = output;
  });
  if (help !== '') print(asksForMore ? plainCompletions(help) : help);
}

/** One line for what a person can mend; anything else is a bug and shows where it happened. */
function report(thrown: unknown): number {
  const verbose = process.argv.includes('--verbose');
  endLive();
  const error = verbose ? thrown : (systemFault(thrown) ?? thrown);
  if (error instanceof Interrupted) return error.code;
  if (error instanceof BrokenImagesError && verbose)
    for (const line of error.lines) note(visible(withFlags(line)));
  if (error instanceof UsageError) {
    complain(error.message);
    return WRONG_USAGE;
  }
  if (error instanceof InkgradError && !verbose) complain(told(error));
  else if (error instanceof Error && !verbose) complain(`${error.message} (a bug; --verbose shows where)`);
  else
    note(
      error instanceof Error ? String(error.stack).replace(error.message, () => told(error)) : String(error),
    );
  return FAILED;
}

/** The message of an error, as the command line says it. */
const told = (error: Error): string =>
  withFlags(error instanceof BrokenImagesError ? `${error.message} (--verbose lists all)` : error.message);

watchStreams((line) => {
  // A reader that has seen enough, such as head, closes the pipe: that is no failure of ours.
  if (line === null) process.exit(process.exitCode);
  endLive();
  complain(`${line}; direct it to another place`);
  process.exit(FAILED);
});
keepFromHangup();

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}
