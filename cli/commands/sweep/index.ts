import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv, Options } from 'yargs';
import { writeDurably } from '../../../pipeline/node/files/writeFile.ts';
import { SweepFolder } from '../../../pipeline/node/runs/sweepFolder.ts';
import { settingFields, settingNames } from '../../../pipeline/train/settings.ts';
import { drawTrials, gridOf, parseDimension, type Trial } from '../../../pipeline/train/trials.ts';
import { checkFields, flagsOf } from '../../fieldFlags.ts';
import { withGiven } from '../../given.ts';
import { interruptible } from '../../interrupt.ts';
import * as options from '../../options.ts';
import { refuseWithin } from '../../outFolder.ts';
import { note, print, printJson } from '../../output.ts';
import { asUsage, checkRanges, ranges, UsageError } from '../../usage.ts';
import type { Command } from '../command.ts';
import { imageFlags, subjectFlags, tableRanges, textFlags } from '../train/flagTables.ts';
import { wishOf } from '../train/setUp.ts';
import { ranked, rankingCsv, rankingTable } from './ranking.ts';
import { runTrial } from './runTrial.ts';

/** Flags that may stand in a file or the environment too. */
export const givenFlags = {
  try: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe:
      'Values of a setting of train, or models; with --draws a range such as lr=0.0001..0.01 too; may be given again',
  },
  draws: {
    type: 'number',
    requiresArg: true,
    describe: 'Draw N combinations by --seed [default: all are tried]',
  },
  out: { type: 'string', requiresArg: true, default: 'sweep', describe: 'Folder for the trials' },
  ...subjectFlags,
  ...flagsOf(settingFields),
  ...textFlags,
  ...imageFlags,
  ...options.saveEvery,
} as const satisfies Record<string, Options>;

const builder = (parser: Argv) =>
  withGiven(parser, givenFlags)
    .usage(
      '$0 sweep --try SETTING=VALUE,… [options]\n\nTrains with each combination of some settings, or with some that are drawn, and ranks them by the ' +
        'images kept aside.\nEach trial is a run directory. The same command goes on where it was stopped or killed.',
    )
    .options(givenFlags)
    .option('json', options.json)
    .example('$0 sweep --try lr=0.001,0.003,0.01 --try batch=32,64 --epochs 2', 'Six trainings of two epochs')
    .example('$0 sweep --try lr=0.0001..0.03 --try optimizer=adam,adamw --draws 8', 'Eight that are drawn')
    .check(checkFields(settingFields))
    .check(
      checkRanges({
        ...tableRanges,
        draws: ranges.count,
        'save-every': ranges.positive,
        'save-every-steps': ranges.count,
      }),
    );

export type SweepArgs = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: SweepArgs): Promise<void> {
  const trials = trialsOf(args);
  // What cannot be is refused before the first of them is trained.
  for (const tried of trials) wishOf({ ...args, ...tried });
  refuseWithin(args.data, args.out);
  const folder = SweepFolder.open(args.out, askedOf(args), trials);
  const { signal, exitCode, release } = interruptible('stopping after this step; once more to stop at once');
  try {
    for (const [i, trial] of folder.trials.entries()) {
      const title = `trial ${i + 1} of ${trials.length}: ${nameOf(trial.tried)}`;
      await runTrial(folder, trial, title, args, signal);
      if (signal.aborted) break;
    }
  } finally {
    folder.close();
    release();
  }
  if (signal.aborted) {
    note('stopped; the same command goes on from there');
    process.exitCode = exitCode();
    return;
  }
  const ranking = ranked(folder);
  const csv = join(args.out, 'table.csv');
  writeDurably(csv, rankingCsv(ranking));
  if (args.json) printJson({ sweep: args.out, table: csv, trials: ranking });
  else {
    print(rankingTable(ranking));
    print(`\n${csv}  the same as a table`);
  }
}

function trialsOf(args: SweepArgs): Trial[] {
  if (args.try === undefined) throw new UsageError('--try: say what to try, such as --try lr=0.001,0.003');
  try {
    const dimensions = args.try.map(parseDimension);
    return args.draws === undefined ? gridOf(dimensions) : drawTrials(dimensions, args.draws, args.seed);
  } catch (error) {
    throw asUsage('--try', error);
  }
}

/** `lr 0.003, batch 32`. */
const nameOf = (tried: Trial): string =>
  Object.entries(tried)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** What has a say in what comes out: other threads, or another cache, do not make it another sweep. */
const TOLD = [
  ...[
    'data',
    'model',
    'from',
    'device',
    'limit',
    'preprocess',
    'step',
    'maxPixels',
    'skipBroken',
    'testShare',
    'synthCount',
  ],
  ...['imageColumn', 'labelColumn', 'splitColumn', 'mapping', 'transpose'],
  ...settingNames,
] as const;

const askedOf = (args: SweepArgs): Record<string, unknown> =>
  Object.fromEntries(TOLD.filter((name) => args[name] !== undefined).map((name) => [name, args[name]]));

export const sweep: Command = { builder, run };
