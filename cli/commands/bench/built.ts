import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program that is built beside the command line; a command itself may be bundled into a folder below. */
export function builtBeside(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return [here, dirname(here)].map((folder) => join(folder, name)).find(existsSync) ?? join(here, name);
}
