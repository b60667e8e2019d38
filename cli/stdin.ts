/**
 * yargs loses a lone `-` among PATH... (it takes it for the start of a flag), so it travels under a name that no
 * shell can pass.
 */
const DASH = '\0stdin';

export const hideDash = (words: readonly string[]): string[] =>
  words.map((word) => (word === '-' ? DASH : word));

/** For yargs' `middleware`: gives the words that were typed back, before anything is made of them. */
export function showDash(args: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(args)) args[key] = shown(value);
}

const shown = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(shown) : value === DASH ? '-' : value;
