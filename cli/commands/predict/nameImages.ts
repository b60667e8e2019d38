import { InkgradError } from '../../../engine/errors.ts';
import type { Predictor } from '../../../pipeline/predict/predict.ts';
import { prepare } from '../../../pipeline/preprocess/prepare.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { percent, print } from '../../output.ts';
import { named, readImage } from '../../readImage.ts';

/** What `predict` does with its paths is told here. */
export interface Report {
  /** an entry for each image, for `--json` */
  readonly results: object[];
  /** notes an image that failed */
  readonly fail: (path: string, error: InkgradError) => void;
}

export interface NameOptions {
  readonly top: number;
  readonly maxPixels: number;
  readonly json: boolean;
}

/** Images that are prepared before they are named together, and their lines printed. */
const BATCH = 128;

/**
 * Names the character in each image.
 *
 * @returns whether an image was prepared otherwise than those that the model was trained on
 */
export async function nameImages(
  { top, maxPixels, json }: NameOptions,
  predictor: Predictor,
  paths: readonly string[],
  { results, fail }: Report,
): Promise<boolean> {
  let otherwise = false;
  for (let start = 0; start < paths.length; start += BATCH) {
    const batch: { path: string; prepared: Uint8Array; result: object }[] = [];
    for (const path of paths.slice(start, start + BATCH)) {
      try {
        const image = await readImage(path, maxPixels);
        const recipe = predictor.recipeFor(image);
        const result = { path };
        batch.push({ path, prepared: prepare(image, recipe), result });
        results.push(result);
        otherwise ||= recipe !== predictor.checkpoint.recipe;
      } catch (error) {
        if (!(error instanceof InkgradError)) throw error;
        fail(path, named(path, error));
      }
    }
    const guesses = await predictor.predictAll(batch.map(({ prepared }) => prepared));
    batch.forEach(({ path, result }, i) => {
      const best = guesses[i].slice(0, top);
      Object.assign(result, best[0], { top: best });
      const line = best
        .map(({ label, probability }) => `${visible(label)} ${percent(probability, 1)}`)
        .join('   ');
      if (!json) print(`${visible(path)}  ${line}`);
    });
  }
  return otherwise;
}
