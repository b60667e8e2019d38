import * as v from 'valibot';
import { PipelineError } from '../../faults.ts';
import { suggestion } from '../../text/nearest.ts';
import { visible } from '../../text/visible.ts';
import { readJson } from '../files/readJson.ts';

/** A file in a folder of classes that names them, since a and A cannot both be folders on Windows and macOS. */
export const CLASS_NAMES = 'classes.json';

/** What folders are called (in NFC) → what their classes are called. */
export type ClassNames = ReadonlyMap<string, string>;

export const noNames: ClassNames = new Map();

const label = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.normalize('NFC'));

/** As entries: a record of valibot's passes over what is called like a part of every object, such as constructor. */
const namedFolders = v.pipe(v.array(v.tuple([v.pipe(v.string(), v.normalize('NFC')), label])), v.nonEmpty());

/**
 * Reads a file like `{"upper_a": "A", "lower_a": "a"}`. Folders that get the same name are one class.
 *
 * @throws InkgradError where it is not such a file
 */
export function readClassNames(path: string): ClassNames {
  const named = readJson(path, EXPECTED);
  const isObject = typeof named === 'object' && named !== null && !Array.isArray(named);
  const checked = v.safeParse(namedFolders, isObject ? Object.entries(named as object) : []);
  if (!checked.success) {
    throw new PipelineError(`${visible(path)}: not a list of class names; ${EXPECTED}`, 'invalid-table');
  }
  return new Map(checked.output);
}

const EXPECTED = 'expected the class of each folder, like {"upper_a": "A", "lower_a": "a"}';

/** @throws InkgradError where a name is for a folder that is not there */
export function refuseUnused(names: ClassNames, folders: ReadonlySet<string>, path: string): void {
  const unused = [...names.keys()].find((name) => !folders.has(name));
  if (unused === undefined) return;
  const near = suggestion(unused, [...folders]) || '; correct or remove its line';
  throw new PipelineError(
    `${visible(path)}: names a folder ${visible(unused)} that is not there${near}`,
    'invalid-table',
  );
}
