/** Prepared images as they are kept in a file, found by what they were made of. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeWhole } from '../files/writeFile.ts';

/** Bytes of a SHA-256. */
export const DIGEST = 32;

/** Digests and images in the same order, that of the digests' beginnings, in memory that threads share. */
export interface KeptImages {
  /** count·32 bytes */
  readonly digests: Uint8Array;
  /** count·pixels bytes */
  readonly images: Uint8Array;
  /** bytes of an image */
  readonly pixels: number;
}

export const noneKept = (pixels: number): KeptImages => ({
  digests: new Uint8Array(),
  images: new Uint8Array(),
  pixels,
});

/** A prepared image, and what it is known by. */
export interface Prepared {
  /** channels·size² bytes */
  readonly image: Uint8Array;
  /** SHA-256 of what it is made of, where images are kept */
  readonly digest: Uint8Array | null;
  /** whether it was kept from before */
  readonly known: boolean;
}

/**
 * The image that was made of something before, or else a new one.
 *
 * @param kept images that were made before; null where none are wanted, and nothing is hashed
 * @param origin all that the image is a function of, beside what is the same for all of them
 */
export async function takeOrMake(
  kept: KeptImages | null,
  origin: string | Uint8Array,
  make: () => Uint8Array | Promise<Uint8Array>,
): Promise<Prepared> {
  if (!kept) return { image: await make(), digest: null, known: false };
  const digest = createHash('sha256').update(origin).digest();
  const before = findKept(kept, digest);
  return { image: before ?? (await make()), digest, known: before !== null };
}

/** The first 48 bits of digest i as a number, which is exact: two digests rarely share them. */
function beginning(digests: Uint8Array, i: number): number {
  let value = 0;
  for (let k = 0; k < 6; k++) value = 256 * value + digests[i * DIGEST + k];
  return value;
}

/** The image that was made of a file with this digest, if it is kept, by halving the list. */
export function findKept({ digests, images, pixels }: KeptImages, digest: Uint8Array): Uint8Array | null {
  const wanted = beginning(digest, 0);
  let [low, high] = [0, digests.length / DIGEST];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beginning(digests, middle) < wanted) low = middle + 1;
    else high = middle;
  }
  const found = digests.subarray(low * DIGEST, (low + 1) * DIGEST);
  return Buffer.compare(found, digest) === 0 ? images.subarray(low * pixels, (low + 1) * pixels) : null;
}

/**
 * Reads what `writeKept` wrote for the same key.
 *
 * @returns null where the file is not whole, or of another key
 * @throws what the system says where the file is not there or cannot be read
 */
export function readKept(path: string, key: string, pixels: number): KeptImages | null {
  const file = openSync(path, 'r');
  try {
    const sum = new Uint8Array(DIGEST);
    const body = new Uint8Array(new SharedArrayBuffer(Math.max(0, fstatSync(file).size - DIGEST)));
    readSync(file, sum);
    for (let at = 0, read = -1; at < body.length && read !== 0; at += read) {
      read = readSync(file, body, at, body.length - at, null);
    }
    if (Buffer.compare(checksum(key, body), sum) !== 0) return null;
    const end = (body.length / (DIGEST + pixels)) * DIGEST;
    return { digests: body.subarray(0, end), images: body.subarray(end), pixels };
  } finally {
    closeSync(file);
  }
}

/**
 * Writes images for `readKept`: a checksum, the digests and the images, both in the order of the digests.
 *
 * @param which the indices of the images to keep
 * @throws InkgradError where the file cannot be written
 */
export function writeKept(
  path: string,
  key: string,
  { digests, images, pixels }: KeptImages,
  which: readonly number[],
): void {
  const order = which.map((i) => ({ i, at: beginning(digests, i) })).sort((a, b) => a.at - b.at);
  const content = new Uint8Array(DIGEST + order.length * (DIGEST + pixels));
  const body = content.subarray(DIGEST);
  for (const [k, { i }] of order.entries()) {
    body.set(digests.subarray(i * DIGEST, (i + 1) * DIGEST), k * DIGEST);
    body.set(images.subarray(i * pixels, (i + 1) * pixels), order.length * DIGEST + k * pixels);
  }
  content.set(checksum(key, body));
  writeWhole(path, content);
}

/** The key is part of it, so that a file under a wrong name is no file of this key. */
const checksum = (key: string, body: Uint8Array): Uint8Array =>
  createHash('sha256').update(key).update(body).digest();
