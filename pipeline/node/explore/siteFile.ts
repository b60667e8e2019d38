import { readFile } from 'node:fs/promises';

/** What a file of the page is, and how its bytes are had. */
export interface SiteFile {
  readonly type: string;
  readonly bytes: Buffer | { readonly path: string } | (() => Buffer);
}

export async function bytesOf({ bytes }: SiteFile): Promise<Buffer> {
  if (Buffer.isBuffer(bytes)) return bytes;
  return typeof bytes === 'function' ? bytes() : readFile(bytes.path);
}

/** Files by their paths in an address, `/lab.js`. */
export type SiteFiles = ReadonlyMap<string, SiteFile>;
