import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The packages of a lock file, by where they lie. */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for, by the list that npm leaves there when it is done; without a
 * lock file nothing is asked for. When files
 * were written says nothing: git gives them the time of a checkout, and packages that are right would be installed anew.
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const there = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (wanted === null) return true;
  if (there === null) return false;
  // Those of other systems are left out, and what is linked is no copy.
  return Object.entries(wanted).every(([path, { integrity, optional, peer }]) =>
    path in there ? there[path].integrity === integrity : optional || peer || integrity === undefined,
  );
}
