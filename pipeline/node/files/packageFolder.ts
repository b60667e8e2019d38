import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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

/** The version of an npm package, told by the package.json around its module, which not all let others import. */
export function packageVersion(name: string): string | undefined {
  for (let folder = dirname(packagePath(name) ?? '/'); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const described = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (described.name === name) return described.version;
  }
  return undefined;
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
