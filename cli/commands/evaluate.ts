import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import type { CheckpointFile } from '../../pipeline/checkpoint.ts';
import { readCheckpoint, restoreModel } from '../../pipeline/checkpoint.ts';
import type { CsvColumns } from '../../pipeline/data/csv.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { count } from '../../pipeline/data/dataset.ts';
import { loadData } from '../../pipeline/data/load.ts';
import { withDevice } from '../../pipeline/devices.ts';
import { evaluate as evaluateModel } from '../../pipeline/evaluate.ts';
import * as options from '../options.ts';
import { classJson, classTable, grouped, note, percent, print, printJson, table } from '../output.ts';
import { Progress, ProgressWhenLong } from '../progress.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 evaluate RUN [options]\n\nLoss, accuracy, a score per class and the confusion matrix on test images.',
    )
    .positional('run', {
      type: 'string',
      demandOption: true,
      describe: 'A run directory or a checkpoint file',
    })
    .option('data', {
      type: 'string',
      requiresArg: true,
      describe: 'Test images; by default those of the run',
    })
    .option('image-column', options.imageColumn)
    .option('label-column', options.labelColumn)
    .option('device', options.device)
    .option('json', options.json)
    .example('$0 evaluate runs/lenet-1', 'On the test images that belong to the training data')
    .example(
      '$0 evaluate runs/lenet-1 --data photos/',
      'On the test part of other images of the same classes',
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

interface Source {
  readonly source: string;
  readonly columns: CsvColumns;
  readonly seed: number;
}

/** Where the images of a run came from, and the seed that split them: its config.json. Null without that file. */
function sourceOf(checkpoint: string): Source | null {
  const path = join(dirname(checkpoint), '..', 'config.json');
  if (!existsSync(path)) return null;
  try {
    const { columns, data, settings } = JSON.parse(readFileSync(path, 'utf8')) as {
      columns?: CsvColumns;
      data: { source: unknown };
      settings: { seed: unknown };
    };
    const { source } = data;
    const { seed } = settings;
    const sound = typeof source === 'string' && typeof seed === 'number';
    if (sound) return { source, columns: columns ?? {}, seed };
  } catch {
    // Told below, as what lacks these fields.
  }
  throw new InkgradError(`${path}: is broken; give --data`);
}

/** The images to score: those of the run, or others, which the seed of the run splits as it split its own. */
function chosenSource(args: Args, checkpoint: string): Source {
  if (args.data === undefined) {
    const source = sourceOf(checkpoint);
    if (source !== null) return source;
    throw new InkgradError(
      `${checkpoint}: there is no config.json beside it that names its data; give --data`,
    );
  }
  let seed = 1;
  try {
    seed = sourceOf(checkpoint)?.seed ?? seed;
  } catch (error) {
    note(`${(error as Error).message.split(';')[0]}; splitting by seed ${seed}`);
  }
  return { source: args.data, columns: options.columnsOf(args), seed };
}

async function testImages(args: Args, { path, classes, recipe }: CheckpointFile): Promise<Dataset> {
  const { source, columns, seed } = chosenSource(args, path);
  const preparing = new ProgressWhenLong('preparing images');
  const { test } = await loadData(source, {
    seed,
    columns,
    recipe,
    onProgress: (done, total) => preparing.update(done, total),
  }).finally(() => preparing.stop());
  if (test.classes.join('\n') !== classes.join('\n')) {
    throw new InkgradError(
      `${source}: has the classes ${test.classes.join(' ')}, but ${args.run} was trained on ${classes.join(' ')}`,
    );
  }
  return test;
}

async function run(args: Args): Promise<void> {
  const checkpoint = readCheckpoint(args.run);
  const { classes } = checkpoint;
  const [test, { loss, accuracy, confusion }] = await withDevice(args.device, async (device) => {
    const model = restoreModel(checkpoint, device);
    const images = await testImages(args, checkpoint);
    const testing = new Progress('testing', count(images));
    const onProgress = (done: number) => testing.update(done);
    const scores = await evaluateModel(model, device, images, checkpoint.recipe, { onProgress }).finally(() =>
      testing.stop(),
    );
    return [images, scores] as const;
  });
  const perClass = confusion.perClass();
  if (args.json) {
    printJson({ loss, accuracy, perClass: classJson(classes, perClass), confusion: confusion.matrix });
    return;
  }
  print(classTable(classes, perClass));
  print('\nconfusion matrix: a row per true class, a column per predicted one');
  const rows = confusion.matrix.map((row, i) => [
    classes[i],
    ...row.map((n) => (n === 0 ? '·' : grouped(n))),
  ]);
  print(table(['<', ...classes], rows));
  print(`\n${grouped(count(test))} images: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`);
}

export const evaluate = (parser: Argv): Argv =>
  parser.command('evaluate <run>', 'Score a trained model on test images', builder, run);
