const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/−/g, '-'],
  [/ · /g, ' * '],
  [/²/g, ' ** 2'],
  [/∞/g, 'Infinity'],
  [/e\^/g, 'Math.E ** '],
  [/\^/g, ' ** '],
  [/ln ?(\([^()]*\)|[\d.]+)/g, 'Math.log($1)'],
  [/√([\d.]+(?:e-?\d+)?)/g, 'Math.sqrt($1)'],
  [/\|([^|]*)\|/g, 'Math.abs($1)'],
  [/\b(max|min)\(/g, 'Math.$1('],
];

/** What the arithmetic before the last equals sign comes to; null where it is told in words or left out in part. */
export function reckoned(written: string): number | null {
  const text = written.slice(0, written.lastIndexOf(' = '));
  const code = SIGNS.reduce((made, [sign, by]) => made.replace(sign, by), text);
  // What is left is digits, signs and the e of 1e-7; a word is not.
  if (/[^\d\s.,+\-*/()e]/.test(code.replace(/Math\.\w+|Infinity/g, ''))) return null;
  return new Function(`return ${code.replace(/^-\(/, '-1 * (')}`)() as number;
}
