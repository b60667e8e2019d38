import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { hasSharp, isImageName, isOtherImageName, isSharpName } from './imageNames.ts';

/** The files of a folder by what is done with them. */
export interface SortedFiles {
  /** read: called as a picture, or without any ending and a PNG or JPEG file by content */
  readonly images: readonly string[];
  /** pictures that are not read: of other formats, or under an ending that no picture has */
  readonly pictures: readonly string[];
  readonly others: readonly string[];
}

/** Endings of files that lie beside pictures and are none, so that nobody has to look into them. */
const NO_PICTURE =
  /\.(txt|csv|tsv|json|jsonl|xml|ya?ml|md|html?|db|ini|py|ipynb|zip|gz|tar|mat|np[yz]|log)$/i;

/**
 * Sorts the files of a folder.
 *
 * @param names paths in the folder
 */
export function sortFiles(folder: string, names: readonly string[]): SortedFiles {
  const sorted = { images: [] as string[], pictures: [] as string[], others: [] as string[] };
  for (const name of names) sorted[kindOf(folder, name)].push(name);
  return sorted;
}

function kindOf(folder: string, name: string): keyof SortedFiles {
  if (isImageName(name)) return 'images';
  if (isOtherImageName(name)) return 'pictures';
  if (NO_PICTURE.test(name) || !holdsPicture(join(folder, name))) return 'others';
  return extname(name) === '' ? 'images' : 'pictures';
}

/** Whether a file starts as PNG or JPEG files do; false where it cannot be read, as a pipe, which might never answer. */
function holdsPicture(path: string): boolean {
  const start = Buffer.alloc(4);
  try {
    if (!statSync(path).isFile()) return false;
    const file = openSync(path, 'r');
    try {
      readSync(file, start, 0, 4, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
  return ['\x89PNG', '\xff\xd8\xff'].some((sign) => start.toString('latin1').startsWith(sign));
}

/** A picture among these that is read where the npm package sharp is installed, while it is not. */
const readableWithSharp = (pictures: readonly string[]): string | undefined =>
  hasSharp() ? undefined : pictures.find(isSharpName);

/** What to do where a folder holds nothing but pictures that are not read; undefined for others. */
export const adviceOnPictures = (pictures: readonly string[]): string | undefined =>
  readableWithSharp(pictures) && 'install sharp (npm install sharp) to read them, or convert them to PNG';

/**
 * Says that pictures are not read, how many, and what helps.
 *
 * @param pictures as they are shown
 * @returns nothing where there are none
 */
export function remarksOnPictures(pictures: readonly string[]): string[] {
  if (pictures.length === 0) return [];
  const readable = readableWithSharp(pictures);
  const advice = readable === undefined ? '' : '; with the npm package sharp installed more formats are read';
  return [
    `pictures passed over, for they are not named as PNG or JPEG files: ${pictures.length}, like ${readable ?? pictures[0]}${advice}`,
  ];
}
