import { InkgradError } from '../../../engine/errors.ts';
import { PipelineError } from '../../../pipeline/faults.ts';
import { answerOf, NO_INK } from '../../../pipeline/predict/answer.ts';
import type { Predictor } from '../../../pipeline/predict/predict.ts';
import { REFUSED } from '../../../pipeline/predict/read.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { percent, print } from '../../output.ts';
import { named, readImage } from '../../readImage.ts';

/** What `predict` does with its paths is told here. */
export interface Report {
  /** an entry for each image, for `--json` */
  readonly results: object[];
  /** notes an image that failed */
  readonly fail: (path: string, error: InkgradError) => void;
  /** what a person should know of how images were prepared */
  readonly remarks: Set<string>;
}

export interface NameOptions {
  readonly top: number;
  readonly maxPixels: number;
  readonly json: boolean;
}

/** Images that are prepared before they are named together, and their lines printed. */
const BATCH = 128;

/** What is said of a picture with several characters. */
const SEVERAL = 'seems to hold several characters, which are read as one here; --segment reads each';

/** Names the character in each image. */
export async function nameImages(
  { top, maxPixels, json }: NameOptions,
  predictor: Predictor,
  paths: readonly string[],
  { results, fail, remarks }: Report,
): Promise<void> {
  for (let start = 0; start < paths.length; start += BATCH) {
    const batch: { path: string; prepared: Uint8Array; result: object }[] = [];
    for (const path of paths.slice(start, start + BATCH)) {
      try {
        const image = await readImage(path, maxPixels);
        const { remark } = predictor.recipeFor(image);
        const { image: prepared, holds } = predictor.prepare(image);
        if (holds === 'none') throw new PipelineError(NO_INK, 'no-writing');
        if (holds === 'several') remarks.add(`${visible(path)}: ${SEVERAL}`);
        const result = { path };
        batch.push({ path, prepared, result });
        results.push(result);
        if (remark !== undefined) remarks.add(remark);
      } catch (error) {
        if (!(error instanceof InkgradError)) throw error;
        fail(path, named(path, error));
      }
    }
    const readings = await predictor.predictAll(batch.map(({ prepared }) => prepared));
    batch.forEach(({ path, result }, i) => {
      const answer = answerOf(readings[i], top);
      Object.assign(result, answer);
      const line = answer.top
        .slice(0, answer.refused ? 1 : top)
        .map(({ label, probability }) => `${visible(label)} ${percent(probability, 1)}`)
        .join('   ');
      if (!json) print(`${visible(path)}  ${answer.refused ? `${REFUSED}  (best guess ${line})` : line}`);
    });
  }
}
