import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { imageAt } from '../../../pipeline/data/imageAt.ts';
import { type Answers, mistakesOf } from '../../../pipeline/evaluate/answers.ts';
import { encodePng } from '../../../pipeline/node/decode/decode.ts';
import { SafeNames } from '../../../pipeline/node/files/safeNames.ts';
import { writeDurably, writing } from '../../../pipeline/node/files/writeFile.ts';
import { makeFolder } from '../../outFolder.ts';

/**
 * Writes every image that was misread as a PNG, as the network saw it, named by what it is, what was read, and its number in
 * the data; and mistakes.json, which has the same with how sure the model was and from which file the image came.
 *
 * @param folder made if need be
 * @returns how many there are
 * @throws UnwritableError where one cannot be written
 */
export function writeMistakes(folder: string, data: Dataset, answers: Answers): number {
  makeFolder(folder, folder, '--mistakes');
  const names = new SafeNames(['mistakes.json']);
  const mistakes = mistakesOf(answers, data).map((i) => {
    const [truth, reading] = [data.labels[i], answers.predicted[i]].map((label) => data.classes[label]);
    const file = `${names.next(`${truth}-read-as-${reading}-${i + 1}`)}.png`;
    const path = join(folder, file);
    // Without waiting for the disk: there may be thousands, and they can be made again.
    writing(path, () => writeFileSync(path, encodePng(imageAt(data, i))));
    return {
      ...{ file, image: i + 1, truth, reading, certainty: answers.certainties[i] },
      ...(data.paths && { path: data.paths[i] }),
    };
  });
  writeDurably(join(folder, 'mistakes.json'), `${JSON.stringify(mistakes, null, 2)}\n`);
  return mistakes.length;
}
