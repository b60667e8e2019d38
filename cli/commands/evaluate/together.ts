import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../../engine/device.ts';
import { notFinite, restoreModel } from '../../../pipeline/checkpoint/checkpoint.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { evaluateTogether } from '../../../pipeline/evaluate/ensemble.ts';
import type { DetailedEvaluation } from '../../../pipeline/evaluate/evaluate.ts';
import { type FoundCheckpoint, readCheckpoint } from '../../../pipeline/node/runs/checkpointFile.ts';
import { readRunData } from '../../../pipeline/node/runs/runConfig.ts';
import { listed } from '../../../pipeline/text/listed.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { Progress } from '../../progress.ts';
import { UsageError } from '../../usage.ts';

/**
 * The checkpoints of runs that are to read the same images together.
 *
 * @throws UsageError where one is given twice, or does not tell the same classes apart or prepares images otherwise
 */
export function readAlike(runs: readonly string[]): [FoundCheckpoint, ...FoundCheckpoint[]] {
  const [first, ...others] = runs.map(readCheckpoint);
  const seen = new Set([first.path]);
  for (const { path, classes, recipe } of others) {
    const with_ = `${visible(path)}: cannot be read together with ${visible(first.path)}`;
    if (seen.has(path)) throw new UsageError(`${visible(path)}: is given twice; give it once`);
    seen.add(path);
    if (!isDeepStrictEqual(classes, first.classes)) {
      throw new UsageError(`${with_}: its classes are ${listed(classes)}, and not ${listed(first.classes)}`);
    }
    if (!isDeepStrictEqual(recipe, first.recipe)) {
      const names = [recipe, first.recipe].map(({ name }) => visible(name));
      const how = names[0] === names[1] ? `another ${names[0]}` : `${names[0]}, and not ${names[1]}`;
      throw new UsageError(`${with_}: its images are prepared by the recipe ${how}`);
    }
  }
  return [first, ...others];
}

/** Runs whose test images are not those of the first: they may have been trained on these. */
export const splitOtherwise = ([first, ...others]: readonly FoundCheckpoint[]): string[] => {
  const hashOf = ({ path }: FoundCheckpoint) => readRunData(path)?.testHash;
  const hash = hashOf(first);
  return others.filter((other) => hashOf(other) !== hash).map(({ path }) => visible(path));
};

/** How images are read by several models, or by one in several copies. */
export async function scoreTogether(
  checkpoints: readonly FoundCheckpoint[],
  device: Device,
  images: Dataset,
  copies: number,
): Promise<DetailedEvaluation> {
  const members = checkpoints.map((checkpoint) => ({
    model: restoreModel(checkpoint, device),
    recipe: checkpoint.recipe,
    temperature: checkpoint.certainty.temperature,
  }));
  const progress = new Progress('testing', members.length * (copies + 1));
  const onProgress = (done: number) => progress.update(done);
  const scores = await evaluateTogether(members, device, images, { copies, onProgress }).finally(() =>
    progress.stop(),
  );
  if (!Number.isFinite(scores.loss)) throw notFinite(checkpoints[0]);
  return scores;
}

/** What a person should know of scores that more than one reading made. */
export const togetherLine = (runs: number, copies: number): string =>
  `\n${runs === 1 ? 'one run' : `${runs} runs together`}, each image read ${copies === 1 ? 'once' : `in ${copies} copies`}`;
