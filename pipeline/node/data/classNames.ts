import { readFileSync } from 'node:fs';
import { InkgradError } from '../../../engine/errors.ts';
import { suggestion } from '../../text/nearest.ts';
import { visible } from '../../text/visible.ts';

/** A file in a folder of classes that names them, since a and A cannot both be folders on Windows and macOS. */
export const CLASS_NAMES = 'classes.json';

/** What folders are called (in NFC) → what their classes are called. */
export type ClassNames = ReadonlyMap<string, string>;

export const noNames: ClassNames = new Map();

/**
 * Reads a file like `{"upper_a": "A", "lower_a": "a"}`. Folders that get the same name are one class.
 *
 * @throws InkgradError where it is not such a file
 */
export function readClassNames(path: string): ClassNames {
  let named: unknown;
  try {
    named = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new InkgradError(`${visible(path)}: not JSON; ${EXPECTED}`);
  }
  const isObject = typeof named === 'object' && named !== null && !Array.isArray(named);
  const entries = isObject ? Object.entries(named as object) : [];
  const sound = entries.every(([, label]) => typeof label === 'string' && label.trim() !== '');
  if (entries.length === 0 || !sound) {
    throw new InkgradError(`${visible(path)}: not a list of class names; ${EXPECTED}`);
  }
  return new Map(entries.map(([folder, label]) => [folder.normalize('NFC'), label.trim().normalize('NFC')]));
}

const EXPECTED = 'expected the class of each folder, like {"upper_a": "A", "lower_a": "a"}';

/** @throws InkgradError where a name is for a folder that is not there */
export function refuseUnused(names: ClassNames, folders: ReadonlySet<string>, path: string): void {
  const unused = [...names.keys()].find((name) => !folders.has(name));
  if (unused === undefined) return;
  const near = suggestion(unused, [...folders]) || '; correct or remove its line';
  throw new InkgradError(`${visible(path)}: names a folder ${visible(unused)} that is not there${near}`);
}
