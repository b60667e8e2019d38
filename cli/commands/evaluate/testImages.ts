import { resolve } from 'node:path';
import { InkgradError } from '../../../engine/errors.ts';
import type { CheckpointFile } from '../../../pipeline/checkpoint/checkpoint.ts';
import { onlyKnown } from '../../../pipeline/data/cuts.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { count, relabel } from '../../../pipeline/data/dataset.ts';
import { hashDataset } from '../../../pipeline/node/data/hashDataset.ts';
import type { Reading } from '../../../pipeline/node/data/reading.ts';
import { identifySource } from '../../../pipeline/node/data/source.ts';
import { type RunData, readRunData } from '../../../pipeline/node/runs/runConfig.ts';
import { pictureRecipe } from '../../../pipeline/predict/pictureRecipe.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { withFlags } from '../../../report/flags.ts';
import { listBroken } from '../../brokenList.ts';
import { type DataArgs, readingOf } from '../../dataOptions.ts';
import { loadWithProgress } from '../../loadData.ts';
import { note } from '../../output.ts';

/** What a command is asked of the images that it reads with a model. */
export interface TestArgs extends DataArgs {
  /** other images than the test images of the run */
  readonly data?: string | undefined;
  readonly maxPixels: number;
  readonly threads?: number | undefined;
  readonly cache: boolean;
  /** whether images that cannot be read are left out */
  readonly skipBroken?: boolean;
  /** whether images of classes that the model does not know are left out */
  readonly onlyKnown?: boolean;
}

/** A broken config.json does not matter to other data. */
function dataIfKnown(checkpoint: string): RunData | null {
  try {
    return readRunData(checkpoint);
  } catch {
    return null;
  }
}

/** Images to test on, with the labels of the model. */
export interface TestImages {
  readonly images: Dataset;
  /** what they are called: a path, or the name of a set that comes along */
  readonly source: string;
  /** images of classes that the model does not know */
  readonly leftOut: { readonly images: number; readonly classes: readonly string[] };
}

/**
 * The test images of the run, or all of other data that has no test part of its own: none of that was trained
 * on, unless it is the run's own source, which is then split as it was.
 */
export async function testImages(args: TestArgs, checkpoint: CheckpointFile): Promise<TestImages> {
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
  if (!args.onlyKnown)
    return { source, images: relabel(test, classes, source), leftOut: { images: 0, classes: [] } };
  const { known: images, leftOut } = onlyKnown(test, classes, source);
  return {
    source,
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
