import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { PipelineError } from '../../faults.ts';

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
