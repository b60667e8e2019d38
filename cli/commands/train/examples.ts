import { join } from 'node:path';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { imageAt } from '../../../pipeline/data/imageAt.ts';
import type { PlanarImage } from '../../../pipeline/image/image.ts';
import { synthExample } from '../../../pipeline/node/data/synth.ts';
import { encodePng } from '../../../pipeline/node/decode/decode.ts';
import { makeFolder } from '../../../pipeline/node/files/makeFolder.ts';
import { SafeNames } from '../../../pipeline/node/files/safeNames.ts';
import { writeDurably, writing } from '../../../pipeline/node/files/writeFile.ts';
import { caseFold } from '../../../pipeline/text/caseFold.ts';

/**
 * Where there are test images to predict: their own files, or one of each class written as PNG into the run.
 *
 * @param out the run directory
 * @param seed of the run
 * @returns the path of a file or of a folder
 * @throws UnwritableError where they cannot be written
 */
export function writeExamples(out: string, test: Dataset, seed: number): string {
  if (test.paths !== undefined) return test.paths[0];
  const folder = join(out, 'examples');
  writing(folder, () => makeFolder(folder));
  const names = new SafeNames();
  test.classes.forEach((_, label) => {
    const image = test.fonts ? synthExample(label, seed) : firstOf(test, label);
    const name = names.next(fileNameOf(test.classes, label));
    if (image) writeDurably(join(folder, `${name}.png`), encodePng(image));
  });
  return folder;
}

/** The first prepared image of a class, if there is one. */
function firstOf(test: Dataset, label: number): PlanarImage | undefined {
  const at = test.labels.indexOf(label);
  return at < 0 ? undefined : imageAt(test, at);
}

/** The class, numbered where another differs by its case alone: many file systems take both for one name. */
function fileNameOf(classes: readonly string[], label: number): string {
  const name = classes[label];
  const alike = classes.filter((other) => caseFold(other) === caseFold(name));
  return encoded(alike.length > 1 ? `${label}-${name}` : name);
}

/** As in addresses, where a full stop stays; one at an end, and a star, would be lost on some systems. */
const encoded = (name: string): string =>
  encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd')).replace(/^\.+|\.+$|\*/g, (signs) =>
    `%${signs.charCodeAt(0).toString(16).toUpperCase()}`.repeat(signs.length),
  );
