/**
 * yargs loses a lone `-` among PATH... (it takes it for the start of a flag), so it travels under a name that no
 * shell can pass.
 */
const DASH = '\0stdin';

export const hideDash = (words: readonly string[]): string[] =>
  words.map((word) => (word === '-' ? DASH : word));

export const showDash = (words: readonly string[]): string[] =>
  words.map((word) => (word === DASH ? '-' : word));
