import { whatIs } from '../engine/errors.ts';
import { isPlain, nearest } from '../engine/options.ts';
import { PipelineError } from './faults.ts';
import { suggestion } from './text/nearest.ts';
import { visible } from './text/visible.ts';

/**
 * Refuses what is no option: one that is misspelt would pass for one that was left out.
 *
 * @param where the function that was given them, as errors call it
 * @throws PipelineError `<where>: no option "<name>"; did you mean "<nearest>"?`
 */
export function checkOptions(where: string, given: object, known: readonly string[]): void {
  if (!isPlain(given))
    throw new PipelineError(`${where}: ${whatIs(given)} where { ${known[0]}: … } belongs`, 'invalid-setting');
  const stray = Object.keys(given).find((name) => !known.includes(name));
  if (stray === undefined) return;
  const meant = nearest(stray, known);
  const advice = meant === undefined ? `it takes ${known.join(', ')}` : `did you mean "${meant}"?`;
  throw new PipelineError(`${where}: no option "${visible(stray)}"; ${advice}`, 'invalid-setting');
}

/**
 * What a table has under a name.
 *
 * @param what the name stands for, as errors call it
 * @throws PipelineError `<what> "<name>": there is none of that name; did you mean <nearest>?`
 */
export function namedIn<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  const names = Object.keys(table);
  const near = suggestion(name, names) || `; there is ${names.join(', ')}`;
  throw new PipelineError(`${what} "${visible(name)}": there is none of that name${near}`, 'missing');
}
