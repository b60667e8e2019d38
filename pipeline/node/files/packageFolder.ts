import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { PipelineError } from '../../faults.ts';

const found = new Map<string, boolean>();

/** Whether an npm package is installed that people add by choice. */
export function hasPackage(name: string): boolean {
  if (!found.has(name)) found.set(name, packagePath(name) !== undefined);
  return found.get(name)!;
}

/** Where the module of an npm package lies; undefined where it is not installed. */
export function packagePath(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * The folder of an npm package that is installed for its data; its code is never run.
 *
 * @param name as npm has it
 * @param user what needs it: the start of an error
 * @throws InkgradError where it is not installed
 */
export function packageFolder(name: string, user: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    throw new PipelineError(
      `${user}: the npm package ${name} is not installed; run npm install ${name}`,
      'not-installed',
    );
  }
}
