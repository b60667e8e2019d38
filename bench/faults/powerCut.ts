/** What a disk may hold after the power was cut, by what POSIX promises and no more. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../../engine/random.ts';
import type { Action } from './watchedDisk.ts';

const FOLDER = -1;

/** The content of a file as programs see it, and as it is on the disk for sure. */
interface Content {
  live: Uint8Array;
  synced: Uint8Array;
}

/** A change of the names in a folder: `file` is undefined where a name goes. */
interface Change {
  readonly names: readonly (readonly [name: string, file: number | undefined])[];
}

/**
 * A disk after the actions before `cut`. Of a file everything up to its last sync is there; of what was written since, all,
 * some, zeros or nothing. Of a folder's changes those up to its last sync are there, and of those since some of the first.
 *
 * @returns files by their paths; null for a folder
 */
export function afterCut(
  actions: readonly Action[],
  cut: number,
  random: Random,
): Map<string, Uint8Array | null> {
  const contents = new Map<number, Content>();
  const live = new Map<string, number>();
  const synced = new Map<string, number>();
  const pending = new Map<string, Change[]>();
  const change = (...names: [string, number | undefined][]) => {
    for (const [name, file] of names) file === undefined ? live.delete(name) : live.set(name, file);
    const folder = dirname(names[0][0]);
    pending.set(folder, [...(pending.get(folder) ?? []), { names }]);
  };
  const apply = (changes: readonly Change[]) => {
    for (const [name, file] of changes.flatMap(({ names }) => names)) {
      file === undefined ? synced.delete(name) : synced.set(name, file);
    }
  };
  for (const action of actions.slice(0, cut)) {
    switch (action.kind) {
      case 'create':
        contents.set(action.file, { live: new Uint8Array(), synced: new Uint8Array() });
        change([action.path, action.file]);
        break;
      case 'write': {
        const content = contents.get(action.file)!;
        const grown = new Uint8Array(Math.max(content.live.length, action.at + action.bytes.length));
        grown.set(content.live);
        grown.set(action.bytes, action.at);
        content.live = grown;
        break;
      }
      case 'truncate': {
        const content = contents.get(action.file)!;
        content.live = content.live.slice(0, action.length);
        break;
      }
      case 'sync': {
        const content = contents.get(action.file)!;
        content.synced = content.live;
        break;
      }
      case 'mkdir':
        change([action.path, FOLDER]);
        break;
      case 'rename':
        change([action.path, undefined], [action.to, live.get(action.path)]);
        break;
      case 'remove':
        change([action.path, undefined]);
        break;
      case 'syncFolder':
        apply(pending.get(action.path) ?? []);
        pending.delete(action.path);
        break;
    }
  }
  for (const changes of pending.values()) {
    apply(changes.slice(0, oneOf([0, changes.length, random.integer(changes.length + 1)], random)));
  }
  // A name in a folder that is not there itself is lost.
  const isReached = (path: string): boolean => path === '.' || (synced.has(path) && isReached(dirname(path)));
  const found = [...synced].filter(([path]) => isReached(path));
  return new Map(
    found.map(([path, file]) => [path, file === FOLDER ? null : leftOf(contents.get(file)!, random)]),
  );
}

/** What may be left of a file. */
function leftOf({ live, synced }: Content, random: Random): Uint8Array {
  if (live === synced) return synced;
  const zeros = new Uint8Array(live.length);
  zeros.set(synced.subarray(0, live.length));
  const part = live.slice(0, synced.length + random.integer(Math.max(0, live.length - synced.length) + 1));
  return oneOf([synced, live, part, zeros], random);
}

const oneOf = <T>(choices: readonly T[], random: Random): T => choices[random.integer(choices.length)];

/** Writes such a disk into a folder. */
export function restore(disk: ReadonlyMap<string, Uint8Array | null>, folder: string): void {
  for (const [path, bytes] of disk) {
    mkdirSync(join(folder, bytes === null ? path : dirname(path)), { recursive: true });
    if (bytes !== null) writeFileSync(join(folder, path), bytes);
  }
}
