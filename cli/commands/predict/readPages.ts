import { InkgradError } from '../../../engine/errors.ts';
import { encodePng } from '../../../pipeline/node/decode/decode.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';
import { writeDurably } from '../../../pipeline/node/files/writeFile.ts';
import type { Predictor } from '../../../pipeline/predict/predict.ts';
import {
  REFUSED,
  type ReadCharacter,
  type ReadLine,
  readCharacters,
  shown,
} from '../../../pipeline/predict/read.ts';
import { annotated, type Mark } from '../../../pipeline/segment/annotate.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { percent, print } from '../../output.ts';
import { named, readImage } from '../../readImage.ts';
import { table } from '../../table.ts';
import type { NameOptions, Report } from './nameImages.ts';

export interface ReadOptions extends NameOptions {
  /** whether a table of boxes stands below the text */
  readonly boxes: boolean;
  /** where the picture with boxes and labels goes */
  readonly annotate?: string | undefined;
}

/** Reads pictures of several characters: their text, and where each character is. */
export async function readPages(
  { top, maxPixels, json, boxes, annotate }: ReadOptions,
  predictor: Predictor,
  paths: readonly string[],
  { results, fail, remarks }: Report,
): Promise<void> {
  let some = false;
  for (const path of paths) {
    try {
      const picture = await readImage(path, maxPixels);
      const lines = await readCharacters(picture, predictor, top);
      if (annotate !== undefined) {
        const marks = lines.flatMap(({ characters }) => characters.map(markOf));
        writeDurably(annotate, encodePng(annotated(picture, marks, labelTypeface())));
      }
      const texts = lines.map((line) => line.text);
      results.push({ path, text: texts.join('\n'), lines });
      if (!json) {
        const text = texts.map(visible).join('\n');
        const parts = [
          ...(paths.length > 1 ? [`${visible(path)}\n${text}`] : [text]),
          ...(boxes ? [boxTable(lines)] : []),
        ];
        print(`${some ? '\n' : ''}${parts.join('\n\n')}`);
      }
      some = true;
      const { remark } = predictor.recipeFor(picture);
      if (remark !== undefined) remarks.add(remark);
    } catch (error) {
      if (!(error instanceof InkgradError)) throw error;
      fail(path, named(path, error));
    }
  }
}

/** What is refused is marked as less sure, however sure its best guess is. */
const markOf = (character: ReadCharacter): Mark => ({
  box: character.box,
  label: shown(character),
  probability: character.refused ? 0 : character.probability,
});

const boxTable = (lines: readonly ReadLine[]): string =>
  table(
    ['line', '<character', 'probability', 'x', 'y', 'width', 'height'],
    lines.flatMap(({ characters }, i) =>
      characters.map(({ label, refused, probability, box: { x, y, width, height } }) => [
        String(i + 1),
        refused ? `${REFUSED} (${label})` : label,
        percent(probability, 1),
        ...[x, y, width, height].map(String),
      ]),
    ),
  );
