/**
 * A text without its case, by the simple case folding of Unicode (CaseFolding.txt, status C and S), which keeps
 * ß, ı and İ apart from ss and i. Two texts differ only in case where this gives the same for both.
 */
export const caseFold = (text: string): string => [...text.normalize('NFC')].map(foldOne).join('');

/** By way of capitals, so that σ and ς meet. The flags `iu` compare as Unicode folds; they rule out what goes too far. */
function foldOne(sign: string): string {
  const folded = sign.toUpperCase().toLowerCase();
  if (folded === sign || [...folded].length > 1) return sign.toLowerCase();
  return new RegExp(`^\\u{${sign.codePointAt(0)!.toString(16)}}$`, 'iu').test(folded) ? folded : sign;
}

/** Groups of names that differ only in case, in order of the first of each; a name without a partner is a group too. */
export function caseGroups(names: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = caseFold(name);
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  return [...groups.values()];
}
