import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean lenet?` when one of the names is close to what was typed, else nothing. */
export function suggestion(typed: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const nearest = closest(typed, names);
  return distance(typed, nearest) <= Math.max(2, typed.length / 3) ? `; did you mean ${nearest}?` : '';
}
