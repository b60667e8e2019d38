import { faultIn } from '../engine/options.ts';
import { PipelineError } from './faults.ts';
import { suggestion } from './text/nearest.ts';
import { visible } from './text/visible.ts';

/**
 * Refuses what is no option, as the engine does: one that is misspelt would pass for one that was left out.
 *
 * @param where the function that was given them, as errors call it
 * @param known all names; the first is the one that is most likely meant by a value without a name
 * @throws PipelineError `<where>: no option "<name>"; did you mean "<nearest>"?`
 */
export function checkOptions(where: string, given: object, known: readonly string[]): void {
  const fault = faultIn(given, Object.fromEntries(known.map((name) => [name, true])));
  if (fault !== null) throw new PipelineError(`${where}: ${visible(fault)}`, 'invalid-setting');
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
