import { caseFold } from '../../text/caseFold.ts';

/**
 * What no name of a file may hold on one system or another: what parts folders, what Windows keeps for itself, and what
 * cannot be seen. https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
const FORBIDDEN = /[/\\<>:"|?*\p{C}\p{Zl}\p{Zp}]/gu;

/** Dots and spaces: alone they name other folders, in front they hide, at the end Windows drops them. */
const AROUND = /^[.\s]+|[.\s]+$/gu;

/** Names of devices on Windows, whatever ending follows. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i;

/** Bytes of a name, which may have 255: a number, an ending and what marks it as unfinished come after it. */
const LONGEST = 150;

/** What stands for a name of which nothing is left. */
const NOTHING = 'unnamed';

/**
 * Names of the files and folders that a command writes into one folder, made of names that others have given, such as those of
 * pictures and classes. Each is the name of something in that folder, on every system, and none is given twice, also where
 * two differ in case alone.
 */
export class SafeNames {
  readonly #taken: Set<string>;

  /** @param taken names that are used for something else */
  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken.map(caseFold));
  }

  /** The name itself where it can be one, with a number where it is taken. */
  next(wanted: string): string {
    const safe = safeName(wanted);
    let name = safe;
    for (let n = 2; this.#taken.has(caseFold(name)); n++) name = `${safe}-${n}`;
    this.#taken.add(caseFold(name));
    return name;
  }
}

function safeName(wanted: string): string {
  const seen = wanted.normalize('NFC').replace(FORBIDDEN, '_').replace(AROUND, '');
  const short = cut(seen).replace(AROUND, '') || NOTHING;
  return DEVICE.test(short) ? `_${short}` : short;
}

/** As many whole characters as may be. */
function cut(name: string): string {
  let bytes = 0;
  let kept = '';
  for (const sign of name) {
    bytes += Buffer.byteLength(sign);
    if (bytes > LONGEST) break;
    kept += sign;
  }
  return kept;
}
