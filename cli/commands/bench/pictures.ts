import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { cellsWith } from '../../../bench/pictures/cells.ts';
import { mnistDigits, syntheticLetters } from '../../../bench/pictures/characters.ts';
import { readerOf } from '../../../bench/pictures/read.ts';
import * as report from '../../../bench/pictures/report.ts';
import { benchPictures, countOf } from '../../../bench/pictures/run.ts';
import { InkgradError } from '../../../engine/errors.ts';
import { synthClasses } from '../../../pipeline/data/synth/picture.ts';
import { withDevice } from '../../../pipeline/node/devices/devices.ts';
import { readCheckpoint } from '../../../pipeline/node/runs/checkpointFile.ts';
import { Predictor } from '../../../pipeline/predict/predict.ts';
import { listed } from '../../../pipeline/text/listed.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges, UsageError } from '../../usage.ts';
import { finish } from './finish.ts';
import { writeExamples, writeMisread } from './picturesFiles.ts';

const sources = ['mnist', 'synth'] as const;

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench pictures --run RUN [options]\n\nMeasures how well pictures of single characters are read as people ' +
        'have them: with shadows, frames, colours, noise, in all sizes.',
    )
    .option('run', {
      type: 'string',
      requiresArg: true,
      describe: 'The run directory or checkpoint of the model that reads',
    })
    .option('data', {
      requiresArg: true,
      choices: sources,
      describe: 'Digits of mnist or letters of synth; by what the model knows when left out',
    })
    .option('only', {
      type: 'string',
      requiresArg: true,
      describe: 'Cells with this text in their name or group, and plain',
    })
    .option('count', {
      type: 'number',
      requiresArg: true,
      default: 100,
      describe: 'Pictures of each cell; fewer from 4 megapixels on',
    })
    .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'Another one draws others' })
    .option('device', options.device)
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for pictures.md, pictures.json and sheets of what was misread',
    })
    .option('examples', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for a few pictures of each cell to look at',
    })
    .option('json', options.json)
    .example('$0 bench pictures --run runs/lenet-1', 'All cells')
    .example('$0 bench pictures --run runs/lenet-1 --only shade --count 1000', 'Some, as they are published')
    .check(checkRanges({ count: ranges.count, seed: ranges.countOrZero }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** The characters that are drawn: those of `--data` which the model knows. */
function charactersFor(
  asked: (typeof sources)[number] | undefined,
  classes: readonly string[],
  seed: number,
) {
  const known = classes.filter((name) => synthClasses.includes(name));
  const isDigit = (name: string) => /^[0-9]$/.test(name);
  const data = asked ?? (known.every(isDigit) ? 'mnist' : 'synth');
  if (data === 'synth' ? known.length === 0 : known.filter(isDigit).length < 10) {
    throw new InkgradError(
      `bench pictures: the model knows no ${data === 'synth' ? 'letters' : 'digits'}; its classes are ` +
        `${listed(classes)}; give the run of one that does`,
    );
  }
  return data === 'mnist'
    ? { name: 'MNIST test digits', character: mnistDigits(seed) }
    : { name: 'synthetic letters', character: syntheticLetters(known, seed) };
}

async function run(args: Args): Promise<void> {
  if (args.run === undefined) {
    throw new UsageError('bench pictures: give a model to read with as --run RUN; inkgrad train makes one');
  }
  const cells = cellsWith(args.only ?? '');
  const checkpoint = readCheckpoint(args.run);
  for (const remark of checkpoint.remarks) note(remark);
  const { count, seed } = args;
  const { name, character } = charactersFor(args.data, checkpoint.classes, seed);
  const drawing = { character, seed };
  if (args.examples !== undefined) writeExamples(args.examples, cells, drawing);
  await withDevice(args.device, {}, async (device) => {
    const total = cells.reduce((sum, cell) => sum + countOf(cell, count), 0);
    const read = readerOf(new Predictor(device, checkpoint, args.run));
    const progress = new Progress('reading', total);
    const measured = await benchPictures({
      ...{ character, cells, count, seed },
      run: args.run!,
      characters: name,
      read,
      onProgress: (done, text) => progress.update(done, [text]),
    }).finally(() => progress.stop());
    if (args.out !== undefined) {
      await writeMisread(join(args.out, 'misread'), cells, measured, drawing, read);
    }
    const documents = { markdown: report.markdown(measured), json: { inkgrad: version, ...measured } };
    const readable = [
      report.settingsLine(measured),
      table(report.head, report.cells(measured)),
      report.explanation.join('\n'),
    ];
    finish('pictures', args, documents, readable.join('\n\n'));
  });
}

export const pictures = (parser: Argv): Argv =>
  parser.command('pictures', 'Measure how well pictures of single characters are read', builder, run);
