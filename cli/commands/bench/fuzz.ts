import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import * as report from '../../../bench/fuzz/report.ts';
import { fuzz as fuzzCheckpoints } from '../../../bench/fuzz/run.ts';
import { describeMachine } from '../../../report/machine.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { finish } from './finish.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench fuzz [options]\n\nReads mutated checkpoints, and counts what is neither taken as sound nor refused in a ' +
        'line, soon and in little memory.',
    )
    .option('count', { type: 'number', requiresArg: true, default: 100_000, describe: 'Files' })
    .option('seconds', {
      type: 'number',
      requiresArg: true,
      describe: 'Ends it after so long, whatever is left of them',
    })
    .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'Another one makes others' })
    .option('accepted', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the files that are taken; bench/fuzz/verdicts.py asks the library of the format',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for fuzz.md and fuzz.json' })
    .option('json', options.json)
    .example('$0 bench fuzz --count 1e7', 'Ten million')
    .check(checkRanges({ count: ranges.count, seconds: ranges.positive, seed: ranges.countOrZero }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** Files between two looks at the clock of the display. */
const SHOWN_EVERY = 1000;

function run(args: Args): void {
  const { count, seed, seconds, accepted } = args;
  if (accepted !== undefined) mkdirSync(accepted, { recursive: true });
  const progress = new Progress('reading', count);
  const fuzzed = fuzzCheckpoints({
    ...{ count, seed, ...(seconds !== undefined && { seconds }) },
    onFile: (number) => {
      if (number % SHOWN_EVERY === 0) progress.update(number);
    },
    onAccepted:
      accepted === undefined
        ? undefined
        : (number, file) => writeFileSync(join(accepted, `${number}.safetensors`), file),
  });
  progress.stop();
  const machine = describeMachine();
  const documents = {
    markdown: report.markdown(fuzzed, machine),
    json: { inkgrad: version, machine, ...fuzzed },
  };
  const readable = [
    report.settingsLine(fuzzed),
    table(report.head, report.cells(fuzzed)),
    ...report.faultLines(fuzzed),
  ];
  finish('fuzz', args, documents, readable.join('\n\n'));
  if (fuzzed.faults.length > 0) process.exitCode = 1;
}

export const fuzz = (parser: Argv): Argv =>
  parser.command('fuzz', 'Read mutated checkpoints, and count crashes and hangs', builder, run);
