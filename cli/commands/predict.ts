import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import { readCheckpoint } from '../../pipeline/checkpoint.ts';
import { withDevice } from '../../pipeline/devices.ts';
import { imagePaths } from '../../pipeline/imagePaths.ts';
import { Predictor } from '../../pipeline/predict.ts';
import { visible } from '../../pipeline/visible.ts';
import * as options from '../options.ts';
import { note, percent, print, printJson } from '../output.ts';
import { named, readImage } from '../readImage.ts';
import { showDash } from '../stdin.ts';
import { checkRanges, ranges } from '../usage.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 predict RUN PATH... [options]\n\nNames the character in each image: files, folders, patterns, or - for stdin.',
    )
    .positional('run', {
      type: 'string',
      demandOption: true,
      describe: 'A run directory or a checkpoint file',
    })
    .positional('paths', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'PNG or JPEG files, folders, patterns, or -',
    })
    .option('top', {
      requiresArg: true,
      type: 'number',
      default: 3,
      describe: 'How many classes to show for each image',
    })
    .option('max-pixels', options.maxPixels)
    .option('device', { ...options.device, default: 'cpu' as const })
    .option('threads', options.threads)
    .option('json', options.json)
    .example('$0 predict runs/lenet-1 digit.png', 'The three most probable classes')
    .example('cat digit.png | $0 predict runs/lenet-1 - --json', 'From a pipe, as JSON')
    .check(checkRanges({ top: ranges.count, threads: ranges.threads, 'max-pixels': ranges.count }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const checkpoint = readCheckpoint(args.run);
  await withDevice(args.device, args, (device) => predictAll(args, new Predictor(device, checkpoint)));
}

async function predictAll(args: Args, predictor: Predictor): Promise<void> {
  const results: object[] = [];
  let prepared = false;
  const fail = (path: string, { message }: InkgradError) => {
    results.push({ path, error: message });
    // One bad image does not end the batch, but it is told of in the exit code.
    process.exitCode = 1;
    if (!args.json) note(`inkgrad: ${message}`);
  };
  for (const path of imagePaths(showDash(args.paths), fail)) {
    try {
      const image = await readImage(path, args.maxPixels);
      const recipe = predictor.recipeFor(image);
      const top = (await predictor.predict(image, recipe)).slice(0, args.top);
      prepared ||= recipe !== predictor.checkpoint.recipe;
      results.push({ path, ...top[0], top });
      const line = top
        .map(({ label, probability }) => `${visible(label)} ${percent(probability, 1)}`)
        .join('   ');
      if (!args.json) print(`${visible(path)}  ${line}`);
    } catch (error) {
      if (!(error instanceof InkgradError)) throw error;
      fail(path, named(path, error));
    }
  }
  const why = `${args.run} was trained on images that came prepared`;
  if (prepared) note(`prepared with the recipe handwriting: ${why}`);
  if (args.json) printJson(results);
}

export const predict = (parser: Argv): Argv =>
  parser.command('predict <run> <paths..>', 'Name the characters in images', builder, run);
