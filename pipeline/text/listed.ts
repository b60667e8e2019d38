import { visible } from './visible.ts';

/** The first names of a list, for a line of text. */
export const listed = (names: readonly string[]): string =>
  (names.length > 10 ? [...names.slice(0, 10), '…'] : names).map(visible).join(' ');
