import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import type { CheckpointFile } from '../../pipeline/checkpoint.ts';
import { readCheckpoint, restoreModel } from '../../pipeline/checkpoint.ts';
import type { CsvColumns } from '../../pipeline/data/csv.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { count, hashDataset, relabel } from '../../pipeline/data/dataset.ts';
import { withDevice } from '../../pipeline/devices.ts';
import { evaluate as evaluateModel } from '../../pipeline/evaluate.ts';
import { loadWithProgress } from '../loadData.ts';
import * as options from '../options.ts';
import { classJson, classTable, grouped, note, percent, print, printJson, table } from '../output.ts';
import { Progress } from '../progress.ts';
import { checkRanges, ranges } from '../usage.ts';

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
      describe: 'Other images; by default the test images of the run',
    })
    .option('max-pixels', options.maxPixels)
    .option('cache', options.cache)
    .option('image-column', options.imageColumn)
    .option('label-column', options.labelColumn)
    .option('device', options.device)
    .option('threads', options.threads)
    .check(checkRanges({ threads: ranges.threads, 'max-pixels': ranges.count }))
    .option('json', options.json)
    .example('$0 evaluate runs/lenet-1', 'On the test images that belong to the training data')
    .example('$0 evaluate runs/lenet-1 --data photos/', 'On other images of the same classes');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** What a run's config.json says of its images. */
interface RunData {
  readonly source: string;
  readonly columns: CsvColumns;
  readonly seed: number;
  readonly testHash: unknown;
}

/** Null where there is no config.json beside the checkpoint. */
function dataOf(checkpoint: string): RunData | null {
  const path = join(dirname(checkpoint), '..', 'config.json');
  if (!existsSync(path)) return null;
  try {
    const { columns, data, settings } = JSON.parse(readFileSync(path, 'utf8')) as {
      columns?: CsvColumns;
      data: { source: unknown; hash?: { test?: unknown } };
      settings: { seed: unknown };
    };
    const { source, hash } = data;
    const { seed } = settings;
    const sound = typeof source === 'string' && typeof seed === 'number';
    if (sound) return { source, columns: columns ?? {}, seed, testHash: hash?.test };
  } catch {
    // Told below, as what lacks these fields.
  }
  throw new InkgradError(`${path}: is broken; give --data`);
}

/** A broken config.json does not matter to other data. */
function dataIfKnown(checkpoint: string): RunData | null {
  try {
    return dataOf(checkpoint);
  } catch {
    return null;
  }
}

/**
 * The test images of the run, or all of other data that has no test part of its own: none of that was trained
 * on, unless it is the run's own source, which is then split as it was.
 */
async function testImages(args: Args, { path, classes, recipe }: CheckpointFile): Promise<Dataset> {
  const known = args.data === undefined ? dataOf(path) : dataIfKnown(path);
  if (known === null && args.data === undefined) {
    throw new InkgradError(`${path}: there is no config.json beside it that names its data; give --data`);
  }
  const source = args.data ?? known!.source;
  const own = known !== null && (source === known.source || resolve(source) === known.source);
  const { test } = await loadWithProgress(source, {
    seed: known?.seed ?? 1,
    columns: own && args.data === undefined ? known.columns : options.columnsOf(args),
    recipe,
    maxPixels: args.maxPixels,
    threads: args.threads,
    cache: args.cache,
    split: own,
  });
  if (own && known.testHash !== undefined && known.testHash !== hashDataset(test)) {
    note(
      `${source}: has changed since the run was trained, and some of these images may have been trained on`,
    );
  }
  return relabel(test, classes, source);
}

async function run(args: Args): Promise<void> {
  const checkpoint = readCheckpoint(args.run);
  const { classes } = checkpoint;
  const [test, { loss, accuracy, confusion }] = await withDevice(args.device, args, async (device) => {
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
