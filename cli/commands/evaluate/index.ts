import { resolve } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../../engine/errors.ts';
import { restoreGate } from '../../../pipeline/certainty/gate.ts';
import { refusals } from '../../../pipeline/certainty/refusals.ts';
import type { CheckpointFile } from '../../../pipeline/checkpoint/checkpoint.ts';
import { notFinite, restoreModel } from '../../../pipeline/checkpoint/checkpoint.ts';
import { onlyKnown } from '../../../pipeline/data/cuts.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { count, relabel } from '../../../pipeline/data/dataset.ts';
import { imagesAtOnce } from '../../../pipeline/evaluate/atOnce.ts';
import { evaluate as evaluateModel } from '../../../pipeline/evaluate/evaluate.ts';
import { mergeCase } from '../../../pipeline/evaluate/mergeCase.ts';
import { hashDataset } from '../../../pipeline/node/data/hashDataset.ts';
import type { Reading } from '../../../pipeline/node/data/reading.ts';
import { identifySource } from '../../../pipeline/node/data/source.ts';
import { withDevice } from '../../../pipeline/node/devices/devices.ts';
import { type RunData, readRunData } from '../../../pipeline/node/runs/runConfig.ts';
import { pictureRecipe } from '../../../pipeline/predict/pictureRecipe.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { withFlags } from '../../../report/flags.ts';
import { listBroken } from '../../brokenList.ts';
import { dataOptions, readingOf } from '../../dataOptions.ts';
import { loadWithProgress } from '../../loadData.ts';
import * as options from '../../options.ts';
import { grouped, note, percent, print, printJson } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { imageCount } from '../../synthetic.ts';
import { classJson } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import type { Command } from '../command.ts';
import { calibrationLine, confusionTables, mergedJson, mergedLine, refusedLine } from './evaluationReport.ts';
import { readAlike, scoreTogether, splitOtherwise, togetherLine } from './together.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 evaluate RUN... [options]\n\nLoss, accuracy, a score per class and the confusion matrix on test images. Several runs read ' +
        'together: the mean of their probabilities counts.',
    )
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Run directories or checkpoint files',
    })
    .option('data', {
      type: 'string',
      requiresArg: true,
      describe: 'Other images; by default the test images of the first run',
    })
    .option('max-pixels', options.maxPixels)
    .option('skip-broken', options.skipBroken)
    .option('cache', options.cache)
    .options(dataOptions)
    .option('merge-case', {
      type: 'boolean',
      default: false,
      describe: 'Also take classes that differ only in case, like o and O, for one',
    })
    .option('only-known', {
      type: 'boolean',
      default: false,
      describe: 'Leave out images of classes that the model does not know',
    })
    .option('tta', {
      type: 'number',
      requiresArg: true,
      default: 0,
      describe: 'Read each image in N more copies, changed a little, too',
    })
    .option('device', options.device)
    .option('threads', options.threads)
    .check(checkRanges({ threads: ranges.threads, 'max-pixels': ranges.count, tta: ranges.countOrZero }))
    .option('json', options.json)
    .example('$0 evaluate runs/lenet-1', 'On the test images that belong to the training data')
    .example('$0 evaluate runs/lenet-1 --data photos/', 'On other images of the same classes')
    .example(
      '$0 evaluate runs/lenet-1 runs/lenet-2 --tta 4',
      'Two models together, each image in five copies',
    )
    .example('$0 evaluate runs/letters-1 --merge-case', 'With O and o, S and s … taken for one class each')
    .example(
      '$0 evaluate runs/lenet-1 --data all.csv --only-known',
      'A model of digits on those of a larger set',
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** A broken config.json does not matter to other data. */
function dataIfKnown(checkpoint: string): RunData | null {
  try {
    return readRunData(checkpoint);
  } catch {
    return null;
  }
}

/** Images to test on, with the labels of the model. */
interface TestImages {
  readonly images: Dataset;
  /** images of classes that the model does not know */
  readonly leftOut: { readonly images: number; readonly classes: readonly string[] };
}

/**
 * The test images of the run, or all of other data that has no test part of its own: none of that was trained
 * on, unless it is the run's own source, which is then split as it was.
 */
async function testImages(args: Args, checkpoint: CheckpointFile): Promise<TestImages> {
  const { path, classes } = checkpoint;
  const known = args.data === undefined ? readRunData(path) : dataIfKnown(path);
  if (known === null && args.data === undefined) {
    throw new InkgradError(`${path}: there is no config.json beside it that names its data; give --data`);
  }
  const source = args.data ?? known!.source;
  const own = known !== null && (source === known.source || resolve(source) === known.source);
  const reading = { ...(own && known.reading), ...readingOf(args) };
  const recipe = recipeFor(source, reading, checkpoint);
  const { test, remarks, broken } = await loadWithProgress(source, {
    seed: known?.seed ?? 1,
    reading,
    recipe,
    maxPixels: args.maxPixels,
    skipBroken: args.skipBroken || (own && known.skipBroken),
    threads: args.threads,
    cache: args.cache,
    split: own,
    // Only the test part is read.
    synthCount: 0,
  });
  // Pictures that training took as they are, and that are prepared here as predict does it, have another hash anyway.
  const isComparable = own && known.testHash !== undefined && recipe === checkpoint.recipe;
  if (isComparable && known.testHash !== hashDataset(test)) {
    note(
      `${visible(source)}: has changed since the run was trained, and some of these images may have been trained on`,
    );
  }
  if (args.data !== undefined) for (const remark of remarks ?? []) note(withFlags(remark));
  listBroken(broken);
  if (!args.onlyKnown) return { images: relabel(test, classes, source), leftOut: { images: 0, classes: [] } };
  const { known: images, leftOut } = onlyKnown(test, classes, source);
  return {
    images: relabel(images, classes, source),
    leftOut: { images: count(test) - count(images), classes: leftOut },
  };
}

/** How images are prepared for the model: image files as `predict` does it, all others as in training. */
function recipeFor(source: string, reading: Reading, { recipe, path }: CheckpointFile): Recipe {
  const { kind } = identifySource(source, reading.columns);
  const pictures = kind === 'csv' || kind === 'folder' ? pictureRecipe(recipe, path) : undefined;
  if (pictures?.remark !== undefined) note(pictures.remark);
  return pictures?.recipe ?? recipe;
}

async function run(args: Args): Promise<void> {
  const checkpoints = readAlike(args.runs);
  const [checkpoint] = checkpoints;
  for (const remark of checkpoints.flatMap(({ remarks }) => remarks)) note(remark);
  if (args.data === undefined) {
    for (const path of splitOtherwise(checkpoints))
      note(`${path}: has other test images, and may have been trained on some of these`);
  }
  const isAlone = checkpoints.length === 1 && args.tta === 0;
  const { classes } = checkpoint;
  const [test, { loss, accuracy, confusion, calibration }, refused] = await withDevice(
    args.device,
    args,
    async (device) => {
      const test = await testImages(args, checkpoint);
      // What looks like no character is judged by one model, of the image as it is.
      if (!isAlone)
        return [test, await scoreTogether(checkpoints, device, test.images, args.tta), null] as const;
      const model = restoreModel(checkpoint, device);
      const testing = new Progress('testing', count(test.images));
      const onProgress = (done: number) => testing.update(done);
      const { recipe, certainty } = checkpoint;
      const atOnce = imagesAtOnce(checkpoint.model, classes.length);
      const options = { onProgress, temperature: certainty.temperature, atOnce };
      const scores = await evaluateModel(model, device, test.images, recipe, options).finally(() =>
        testing.stop(),
      );
      if (!Number.isFinite(scores.loss)) throw notFinite(checkpoint);
      const gate = restoreGate(checkpoint, model, device);
      const refused = gate && (await refusals(gate, device, test.images, recipe)).filter(Boolean).length;
      return [test, scores, refused] as const;
    },
  );
  const merged = args.mergeCase ? mergeCase(classes, confusion) : undefined;
  if (args.json) {
    printJson({
      loss,
      accuracy,
      calibration,
      ...(!isAlone && { runs: checkpoints.map(({ path }) => path), copies: args.tta + 1 }),
      ...(refused !== null && { refused: { images: refused, share: refused / count(test.images) } }),
      ...(test.images.fonts && { synthetic: true }),
      perClass: classJson(classes, confusion.perClass()),
      confusion: confusion.matrix,
      ...(merged && { mergedCase: mergedJson(merged) }),
      ...(args.onlyKnown && { leftOut: test.leftOut }),
    });
    return;
  }
  const shown = merged ?? { classes, confusion };
  print(confusionTables(shown.classes, shown.confusion));
  const { leftOut } = test;
  if (leftOut.images > 0) {
    print(
      `\n${grouped(leftOut.images)} images left out, of classes that the model does not know: ${leftOut.classes.map(visible).join(' ')}`,
    );
  }
  if (!isAlone) print(togetherLine(checkpoints.length, args.tta + 1));
  print(`\n${imageCount(test.images)}: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`);
  if (merged) print(mergedLine(merged) ?? 'case merged: no two classes differ only in case');
  print(calibrationLine(calibration!));
  if (refused !== null) print(refusedLine(refused, count(test.images)));
}

export const evaluate: Command = { builder, run };
