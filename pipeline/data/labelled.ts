import { PipelineError } from '../faults.ts';
import { listed } from '../text/listed.ts';
import { visible } from '../text/visible.ts';
import { sortedClasses } from './dataset.ts';

/** What images show: names of classes, or whole numbers. */
export type Labels = readonly string[] | ArrayLike<number>;

/**
 * Labels as class indices. Without a list of classes those that occur are the classes, in ascending order, called by their
 * numbers where they are such; with one, names are looked up in it and numbers are places in it.
 *
 * @param where what errors call them
 * @throws PipelineError `unknown-class` that names the first label which is no class, `invalid-table` for classes that are none
 */
export function labelled(
  labels: Labels,
  classes: readonly string[] | undefined,
  where: string,
): { classes: readonly string[]; labels: Int32Array } {
  const all: readonly (string | number)[] = Array.from(labels as ArrayLike<string | number>);
  const odd = all.findIndex((label) => typeof label !== typeof all[0] || !isLabel(label));
  if (odd >= 0) {
    throw new PipelineError(
      `${where}: label ${odd} is ${JSON.stringify(all[odd]) ?? 'missing'}; labels are names, or whole numbers`,
      'unknown-class',
    );
  }
  if (classes !== undefined) checkClasses(classes, where);
  const areNumbers = typeof all[0] === 'number';
  if (classes !== undefined && areNumbers) {
    const stray = all.findIndex((label) => Number(label) < 0 || Number(label) >= classes.length);
    if (stray >= 0) {
      throw new PipelineError(
        `${where}: label ${stray} is ${all[stray]}; numbers of ${classes.length} classes go from 0 to ${classes.length - 1}`,
        'unknown-class',
      );
    }
    return { classes, labels: Int32Array.from(all as number[]) };
  }
  const known = classes ?? (areNumbers ? inOrder(all as number[]) : sortedClasses(all as string[]));
  const places = new Map(known.map((name, i) => [name, i]));
  const stray = all.findIndex((label) => !places.has(String(label)));
  if (stray >= 0) {
    throw new PipelineError(
      `${where}: label ${stray}, ${visible(String(all[stray]))}, is no class; its classes are ${listed(known)}`,
      'unknown-class',
    );
  }
  return { classes: known, labels: Int32Array.from(all, (label) => places.get(String(label))!) };
}

const isLabel = (label: unknown): boolean =>
  typeof label === 'string' ? label !== '' : Number.isSafeInteger(label);

const inOrder = (numbers: readonly number[]): string[] =>
  [...new Set(numbers)].sort((a, b) => a - b).map(String);

function checkClasses(classes: readonly string[], where: string): void {
  const isList = Array.isArray(classes) && classes.length > 0;
  const odd = isList ? classes.findIndex((name) => typeof name !== 'string' || name === '') : 0;
  const twice = isList ? classes.find((name, i) => classes.indexOf(name) < i) : undefined;
  if (isList && odd < 0 && twice === undefined) return;
  const what = twice === undefined ? 'are no list of names' : `have the name ${visible(twice)} twice`;
  throw new PipelineError(`${where}: its classes ${what}; give each a name of its own`, 'invalid-table');
}
