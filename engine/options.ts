/** Options by name: one that is unknown is refused, with the name that was meant. */

import { InkgradError, whatIs } from './errors.ts';

/** The names of an interface's options, each once: the compiler holds the list to the interface. */
export type Known<Options> = { readonly [name in keyof Options]-?: true };

/** What people type who come from elsewhere, in small letters, and what it may be called here. */
const ALIASES: Readonly<Record<string, string>> = {
  axis: 'axes',
  axes: 'axis',
  dim: 'axes axis',
  dims: 'axes axis',
  rate: 'lr',
  learningrate: 'lr',
  decay: 'weightDecay',
  lrate: 'lr',
  eta: 'lr',
  l2: 'weightDecay',
  usebias: 'bias',
  device: 'context',
  seed: 'context',
  filters: 'outChannels',
  units: 'outFeatures',
  numfeatures: 'features',
  size: 'kernelSize',
  ksize: 'kernelSize',
  alpha: 'negativeSlope',
  countincludepad: 'countPadding',
  transa: 'transposeA',
  transb: 'transposeB',
  beta1: 'betas',
  beta2: 'betas',
};

/** How many letters must be put in, left out or changed to make b of a (Levenshtein, 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** Which of the names was meant by another; undefined where none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const typed = name.replace(/[_-]/g, '').toLowerCase();
  const small = names.map((each) => each.toLowerCase());
  const found = (is: (each: string) => boolean): string | undefined => names[small.findIndex(is)];
  const alias = ALIASES[typed]?.split(' ').find((each) => names.includes(each));
  const holds = (a: string, b: string) => b.length > 2 && a.includes(b);
  const least = Math.min(...small.map((each) => distance(typed, each)));
  return (
    found((each) => each === typed) ??
    alias ??
    found((each) => holds(each, typed) || holds(typed, each)) ??
    (least > typed.length / 2 ? undefined : found((each) => distance(typed, each) === least)) ??
    found((each) => typed.length > 3 && each.startsWith(typed.slice(0, 4)))
  );
}

/** Whether it is an object as `{ … }` makes it, of whatever window or worker. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Refuses options that `where` does not know, and what is no object of options. A value of undefined is as good as none.
 *
 * @param known all names; the first is the one that is most likely meant by a value without a name
 * @throws InkgradError with the nearest known name
 */
export function checkOptions<Options extends object>(
  where: string,
  given: Options,
  known: Known<NoInfer<Options>>,
): void {
  const fault = faultIn(given, known);
  if (fault !== null) throw new InkgradError(`${where}: ${fault}`);
}

/** What is wrong with options, and what to write; null where nothing is. */
export function faultIn(given: object, known: object): string | null {
  if (!isPlain(given)) return misplaced(given, Object.keys(known));
  for (const name in given) {
    if (Object.hasOwn(known, name) || given[name as keyof typeof given] === undefined) continue;
    const names = Object.keys(known);
    const meant = nearest(name, names);
    const advice = meant === undefined ? `it takes ${names.join(', ')}` : `did you mean "${meant}"?`;
    return `no option ${JSON.stringify(name)}; ${advice}`;
  }
  return null;
}

function misplaced(given: unknown, names: readonly string[]): string {
  const isNumeric = [given].flat().every((each) => typeof each === 'number');
  const said = isNumeric ? JSON.stringify(given) : whatIs(given);
  return `${said} where options belong; write { ${names[0]}: ${isNumeric ? said : '…'} }`;
}
