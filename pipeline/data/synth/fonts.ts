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
