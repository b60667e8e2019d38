/**
 * The chunks of a PNG file, one after the other. Section numbers are those of "Portable Network Graphics (PNG)
 * Specification", W3C, second edition (2003).
 */
import { crc32 } from 'node:zlib';
import type { Fail } from './refusal.ts';

/** Length and name in front of a chunk's body, and its checksum behind it (5.3). */
const HEAD = 8;
export const SUM = 4;

export interface Chunk {
  /** four letters */
  readonly type: string;
  /** where its body begins and ends in the file */
  readonly begin: number;
  readonly end: number;
}

/** The chunks of a file. Nothing is made for those that nobody looks into: a file may hold a million. */
export class Chunks {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    // That of a Buffer takes longer to make parts of.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * The chunk that comes next.
   *
   * @param at where the one before, with its checksum, ends
   * @returns undefined at the end of the file
   * @throws whatever `fail` throws where it is cut, or has a name that cannot be (5.4)
   */
  after(at: number, fail: Fail): Chunk | undefined {
    const { length } = this.#bytes;
    if (at >= length) return undefined;
    const begin = at + HEAD;
    if (begin > length) fail('the PNG ends in the middle of a chunk');
    const type = String.fromCharCode(...this.#bytes.subarray(at + 4, begin));
    if (!/^[A-Za-z]{4}$/.test(type)) fail('a chunk of the PNG has a name that is not of letters');
    const end = begin + this.#view.getUint32(at);
    if (end + SUM > length) {
      fail(`the PNG ends in the middle of its ${type === 'IDAT' ? 'image data' : `${type} chunk`}`);
    }
    return { type, begin, end };
  }

  /** Whether the checksum of a chunk, over name and body, is right. */
  isWhole({ begin, end }: Chunk): boolean {
    return crc32(this.#bytes.subarray(begin - 4, end)) === this.#view.getUint32(end);
  }

  body({ begin, end }: Chunk): Uint8Array {
    return this.#bytes.subarray(begin, end);
  }
}

/** Whether a picture cannot be shown without such chunks: the case of the first letter says so (5.4). */
export const isCritical = (type: string): boolean => type < 'a';
