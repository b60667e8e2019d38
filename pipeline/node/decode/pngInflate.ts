/** The image data of a PNG, inflated: at once, or part by part. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate, inflateSync } from 'node:zlib';
import { PipelineError } from '../../faults.ts';
import type { Fail } from './refusal.ts';

/** The image data of a picture as it lies in the file, and how many bytes must come of it. */
export interface Packed {
  readonly parts: readonly Uint8Array[];
  readonly expected: number;
}

/** No stream of DEFLATE grows to more than this many times its length: P. Deutsch, RFC 1951 (1996), by its codes. */
const LARGEST_GROWTH = 1032;

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** Whether so many bytes can come of it at all. */
export const canHold = ({ parts, expected }: Packed): boolean => expected <= LARGEST_GROWTH * lengthOf(parts);

/**
 * All of it at once. Inflating under a cap costs what the file holds, however much its header claims or its data expands
 * to. Bytes after the end of the stream are passed over.
 */
export function inflateWhole({ parts, expected }: Packed, fail: Fail): Uint8Array {
  const packed = parts.length === 1 ? parts[0] : Buffer.concat(parts);
  // Room for all of it and a byte more, so that it comes in one piece.
  const room = Math.max(64, Math.min(expected, LARGEST_GROWTH * packed.length) + 1);
  try {
    const data = inflateSync(packed, { maxOutputLength: expected, chunkSize: room });
    checkLength(data.length, expected, fail);
    return data;
  } catch (error) {
    return told(error, fail);
  }
}

/** Bytes of a part: few beside a picture, and few of them. */
const PART = 2 ** 20;

/** Hands it on part by part; otherwise the same. */
export async function inflateInParts(
  { parts, expected }: Packed,
  fail: Fail,
  add: (part: Uint8Array) => void,
): Promise<void> {
  let length = 0;
  try {
    await pipeline(Readable.from(parts), createInflate({ chunkSize: PART }), async (inflated) => {
      for await (const part of inflated as AsyncIterable<Uint8Array>) {
        length += part.length;
        if (length > expected) tooMuch(fail);
        add(part);
      }
    });
  } catch (error) {
    told(error, fail);
  }
  checkLength(length, expected, fail);
}

const tooMuch: (fail: Fail) => never = (fail) => fail('the PNG holds more image data than its header claims');

/** What zlib says, in words of ours; any other error is thrown again. */
function told(error: unknown, fail: Fail): never {
  if (error instanceof PipelineError || !(error instanceof Error && 'code' in error)) throw error;
  if (error.code === 'ERR_BUFFER_TOO_LARGE') tooMuch(fail);
  if (error.code === 'Z_BUF_ERROR') fail('the PNG ends in the middle of its image data');
  return fail('the image data of the PNG is damaged');
}

function checkLength(length: number, expected: number, fail: Fail): void {
  if (length < expected)
    fail(`the PNG holds ${length} of the ${expected} bytes of image data that it claims`);
}
