import { join } from 'node:path';
import { Typeface } from '../../draw/typeface.ts';
import { packageFolder } from '../files/packageFolder.ts';
import { fontFile } from './fontFile.ts';

/** Fira Mono tells 0 from O and 1, I and l from each other, and has Latin, Greek and Cyrillic. */
const PACKAGE = '@fontsource/fira-mono';
const SCRIPTS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'greek-ext', 'symbols2'];

let labels: Typeface | undefined;

/**
 * What words in pictures are written in.
 *
 * @throws InkgradError where its package is not installed
 */
export function labelTypeface(): Typeface {
  if (labels === undefined) {
    const files = join(packageFolder(PACKAGE, 'text in pictures'), 'files');
    labels = new Typeface(
      SCRIPTS.map((script) => fontFile(join(files, `fira-mono-${script}-400-normal.woff`))),
    );
  }
  return labels;
}
