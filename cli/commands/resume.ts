import type { ArgumentsCamelCase, Argv } from 'yargs';
import { hasMetricsCsv } from '../../pipeline/node/runs/metricsCsv.ts';
import { readResumable } from '../../pipeline/node/runs/resumable.ts';
import * as options from '../options.ts';
import { checkRanges, ranges, UsageError } from '../usage.ts';
import type { Command } from './command.ts';
import { goOn } from './train/goOn.ts';
import { trainAndTell } from './train/trainAndTell.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 resume RUN [options]\n\n' +
        'Goes on with a run that was stopped or killed, from checkpoints/last.safetensors. On the device it was begun\n' +
        'on (cpu, wasm) it ends with the same bits as if it had never been stopped.',
    )
    .positional('run', { type: 'string', demandOption: true, describe: 'The run directory' })
    .option('epochs', {
      type: 'number',
      requiresArg: true,
      describe: 'Train so many in all instead of as many as planned; the schedule is stretched to them',
    })
    .option('device', {
      ...options.device,
      default: undefined,
      describe: 'Where to compute; as before by default',
    })
    .option('threads', options.threads)
    .option('revectorize', options.revectorize)
    .option('device-profile', options.deviceProfile)
    .option('cache', options.cache)
    .options(options.saveEvery)
    .option('csv', {
      ...options.csv,
      default: undefined,
      describe: `${options.csv.describe}; as before by default`,
    })
    .option('json', options.json)
    .check(
      checkRanges({
        threads: ranges.threads,
        epochs: ranges.count,
        'save-every': ranges.positive,
        'save-every-steps': ranges.count,
      }),
    )
    .example('$0 resume runs/lenet-1', 'Go on where it was stopped')
    .example('$0 resume runs/lenet-1 --epochs 10', 'Train on, to ten epochs in all');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const resumable = readResumable(args.run);
  const { path, settings: planned, last, isFinished } = resumable;
  // Who asks for more epochs does not want it to stop for having been patient long enough.
  const settings =
    args.epochs === undefined ? planned : { ...planned, epochs: args.epochs, patience: null, minutes: null };
  const { epoch } = last.progress;
  const done = epoch - 1;
  if (isFinished ? args.epochs === undefined || args.epochs <= done : settings.epochs < done) {
    throw new UsageError(
      `${path}: has done ${done} epoch${done === 1 ? '' : 's'}${isFinished ? ' and its test' : ''}; --epochs ${done + 1} or more trains on`,
    );
  }
  const csv = args.csv ?? hasMetricsCsv(path);
  const ready = await goOn(resumable, settings, args);
  await trainAndTell({ ...ready, saveEvery: options.saveEveryOf(args) }, { json: args.json, csv });
}

export const resume: Command = { builder, run };
