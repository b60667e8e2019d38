import { constants, gunzipSync, type ZlibOptions } from 'node:zlib';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Deflate makes at most this many bytes of one (zlib's technical notes, "Maximum compression factor"). */
const MAX_RATIO = 1032;

/** Inflates the first bytes of a gzip file. */
export function gunzipStart(path: string, bytes: Uint8Array, length: number): Buffer {
  // Deflate begins with a table of its codes, which is much shorter than this.
  const start = inflate(path, bytes.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH })!;
  // Few bytes come of a short file or of a damaged one; to inflate it to its end tells which.
  if (start.length < length) inflate(path, bytes, { maxOutputLength: length });
  return start.subarray(0, length);
}

/**
 * Inflates a gzip file that should come out at `length` bytes.
 *
 * @returns what came out, which may be shorter; 'more' and 'fewer' where it was not inflated to its end, because it
 *   holds more or cannot hold so much
 */
export function gunzip(path: string, bytes: Uint8Array, length: number): Buffer | 'more' | 'fewer' {
  if (length > MAX_RATIO * bytes.length) return 'fewer';
  return inflate(path, bytes, { maxOutputLength: length }) ?? 'more';
}

/** Undefined where more comes out than the options allow. */
function inflate(path: string, bytes: Uint8Array, options: ZlibOptions): Buffer | undefined {
  try {
    return gunzipSync(bytes, options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw new PipelineError(`${visible(path)}: damaged gzip file (${message}); download it again`, 'damaged');
  }
}
