import type { ArgumentsCamelCase, Argv, Options } from 'yargs';
import type { InkgradError } from '../../../engine/errors.ts';
import { withDevice } from '../../../pipeline/node/devices/devices.ts';
import { imagePaths } from '../../../pipeline/node/files/imagePaths.ts';
import { readCheckpoint } from '../../../pipeline/node/runs/checkpointFile.ts';
import { Predictor } from '../../../pipeline/predict/predict.ts';
import { withFlags } from '../../../report/flags.ts';
import { withGiven } from '../../given.ts';
import * as options from '../../options.ts';
import { complain, note, printJson } from '../../output.ts';
import { checkRanges, ranges, UsageError } from '../../usage.ts';
import type { Command } from '../command.ts';
import { checkAnnotation } from './annotation.ts';
import { nameImages } from './nameImages.ts';
import { readPages } from './readPages.ts';

/** Flags that may stand in a file or the environment too. */
export const givenFlags = {
  top: {
    requiresArg: true,
    type: 'number',
    default: 3,
    describe: 'How many classes to show for each image; with --segment, in --json',
  },
  'max-pixels': options.maxPixels,
  device: { ...options.device, default: 'cpu' as const },
  threads: options.threads,
  revectorize: options.revectorize,
} as const satisfies Record<string, Options>;

const builder = (parser: Argv) =>
  withGiven(parser, givenFlags)
    .usage(
      '$0 predict RUN PATH... [options]\n\nNames the character in each image: files, folders, patterns, or - for stdin.\n' +
        'Its ink is found first, whatever lies around it. With --segment reads pictures of several characters.\n' +
        'What looks like no character of the model is shown as ? with the best guess; in --json it has "refused": true,\n' +
        'the best guess as its label, and "known", from 0 to 1, says how much it looks like one (refused below 0.5).',
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
      describe: 'Image files, folders, patterns, or -',
    })
    .option('segment', {
      type: 'boolean',
      default: false,
      describe: 'Find the characters of each picture; prints its text and their boxes',
    })
    .option('boxes', {
      type: 'boolean',
      default: true,
      describe: 'The table of boxes below the text; --no-boxes leaves it out',
    })
    .option('annotate', {
      requiresArg: true,
      type: 'string',
      describe: 'PNG file for the picture with boxes and labels; orange where refused or less than 80 % sure',
    })
    .options(givenFlags)
    .option('json', options.json)
    .example('$0 predict runs/lenet-1 digit.png', 'The three most probable classes')
    .example('cat digit.png | $0 predict runs/lenet-1 - --json', 'From a pipe, as JSON')
    .example('$0 predict runs/lenet-1 page.jpg --segment --annotate boxes.png', 'A page of characters')
    .check(checkRanges({ top: ranges.count, threads: ranges.threads, 'max-pixels': ranges.count }))
    .check(({ segment, annotate, boxes }) => {
      const flag = annotate !== undefined ? '--annotate' : boxes === false ? '--no-boxes' : undefined;
      if (segment || flag === undefined) return true;
      throw new UsageError(`${flag}: is about the characters that --segment finds; add --segment`);
    });

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const checkpoint = readCheckpoint(args.run);
  for (const remark of checkpoint.remarks) note(remark);
  await withDevice(args.device, args, async (device) => {
    const results: object[] = [];
    const fail = (path: string, error: InkgradError) => {
      const message = withFlags(error.message);
      results.push({ path, error: message });
      // One bad image does not end the batch, but it is told of in the exit code; one without ink is no bad image.
      if (error.code !== 'no-writing') process.exitCode = 1;
      if (!args.json) complain(message);
    };
    const remarks = new Set<string>();
    const paths = imagePaths(args.paths, fail, (remark) => void remarks.add(remark));
    if (args.annotate !== undefined) checkAnnotation(args.annotate, paths);
    const work = args.segment ? readPages : nameImages;
    await work(args, new Predictor(device, checkpoint, args.run), paths, { results, fail, remarks });
    if (results.length > 0 && results.every((result) => 'error' in result)) process.exitCode = 1;
    for (const remark of remarks) note(remark);
    if (args.json) printJson(results);
  });
}

export const predict: Command = { builder, run };
