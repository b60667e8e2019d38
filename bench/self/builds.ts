import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';

/** A build of inkgrad, of whatever version: what it is asked by is what stays between versions. */
export interface Build {
  /** As it was given. */
  readonly name: string;
  /** What `bench peers` starts, which speaks the protocol of bench/peers/protocol.mjs. */
  readonly worker: string;
  /** The package `inkgrad`, where it is built beside. */
  readonly library: string | null;
}

/**
 * The build in a checkout, in its dist, or beside its cli.js.
 *
 * @throws InkgradError where there is none, with what to do
 */
export function findBuild(given: string): Build {
  if (!existsSync(given)) {
    throw new InkgradError(
      `bench self ${given}: no such file or folder; of a git revision, make a checkout (git worktree add FOLDER ` +
        'REVISION), and in it npm ci and npm run build',
    );
  }
  const place = statSync(given).isDirectory() ? given : dirname(given);
  const folder = [join(place, 'dist'), place].find((path) => existsSync(join(path, 'bench-worker.js')));
  if (folder === undefined) {
    throw new InkgradError(
      `bench self ${given}: nothing is built there (no bench-worker.js, nor dist with it); run npm run build in it`,
    );
  }
  const library = join(folder, 'lib/index.js');
  return {
    name: given,
    worker: resolve(folder, 'bench-worker.js'),
    library: existsSync(library) ? resolve(library) : null,
  };
}
