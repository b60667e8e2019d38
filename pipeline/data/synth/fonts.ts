import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Typeface } from '../../draw/typeface.ts';
import { packageFolder } from '../../node/files/packageFolder.ts';

/**
 * Fonts that were drawn by hand, letter by letter, with capitals and small letters of their own and without
 * joins: what people print into boxes. Each is an npm package `@fontsource/<name>`.
 */
export const trainingFonts = [
  'architects-daughter',
  'coming-soon',
  'covered-by-your-grace',
  'edu-sa-beginner',
  'gloria-hallelujah',
  'handlee',
  'indie-flower',
  'loved-by-the-king',
  'nothing-you-could-do',
  'over-the-rainbow',
  'patrick-hand',
  'reenie-beanie',
  'schoolbell',
  'shadows-into-light',
  'short-stack',
  'swanky-and-moo-moo',
  'the-girl-next-door',
  'waiting-for-the-sunrise',
] as const;

/** Fonts that training never sees, so that a test is of new hands. */
export const testFonts = ['annie-use-your-telescope', 'delius', 'gochi-hand'] as const;

export type HandwritingFont = (typeof trainingFonts)[number] | (typeof testFonts)[number];

const opened = new Map<HandwritingFont, Typeface>();

/**
 * The Latin letters of a handwriting font.
 *
 * @throws InkgradError where its package is not installed
 */
export function handwritingFont(name: HandwritingFont): Typeface {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const typeface = new Typeface([fontFile(name)]);
  opened.set(name, typeface);
  return typeface;
}

const fontFile = (name: HandwritingFont): string =>
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
  for (const name of [...trainingFonts, ...testFonts]) hash.update(readFileSync(fontFile(name)));
  return hash.digest('hex');
}
