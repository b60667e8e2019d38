import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HandwritingFont, testFonts, trainingFonts } from '../../data/synth/fonts.ts';
import { Typeface } from '../../draw/typeface.ts';
import { packageFolder } from '../files/packageFolder.ts';
import { fontFile } from './fontFile.ts';

const opened = new Map<HandwritingFont, Typeface>();

/**
 * The Latin letters of a handwriting font.
 *
 * @throws InkgradError where its package is not installed
 */
export function handwritingFont(name: HandwritingFont): Typeface {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const typeface = new Typeface([fontFile(pathOf(name))]);
  opened.set(name, typeface);
  return typeface;
}

const pathOf = (name: HandwritingFont): string =>
  join(packageFolder(`@fontsource/${name}`, 'synth'), 'files', `${name}-latin-400-normal.woff`);

/**
 * SHA-256, in hexadecimal, of all fonts and of the version of the library that reads them: another version of either
 * may draw other letters.
 *
 * @throws InkgradError where a package is not installed
 */
export function digestOfFonts(): string {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(packageFolder('opentype.js', 'synth'), 'package.json')));
  for (const name of [...trainingFonts, ...testFonts]) hash.update(readFileSync(pathOf(name)));
  return hash.digest('hex');
}
