import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { refuseLfsPointer } from './lfsPointer.ts';

/** More does not fit into a string of JavaScript. */
const MAX_TEXT = 2 ** 29 - 25;

/**
 * Reads a text file in UTF-8, without its byte order mark.
 *
 * @param name what an error calls the file
 * @throws InkgradError where it is in another encoding or too long
 */
export function readText(path: string, name: string): string {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_TEXT) {
    throw new PipelineError(
      `${name}: ${bytes.length} bytes are more than a table may have; part it in several`,
      'too-large',
    );
  }
  refuseLfsPointer(bytes, name);
  // Letters in UTF-16 have a zero byte each, with and without a byte order mark.
  const start = bytes.subarray(0, 64);
  if (/^(\xff\xfe|\xfe\xff)/.test(start.toString('latin1')) || start.includes(0)) {
    throw new PipelineError(`${name}: is in UTF-16 or no text; save it as "CSV UTF-8"`, 'invalid-table');
  }
  if (!isUtf8(bytes)) {
    throw new PipelineError(
      `${name} line ${firstWrongLine(bytes)}: is not in UTF-8; save it as "CSV UTF-8"`,
      'invalid-table',
    );
  }
  return new TextDecoder().decode(bytes);
}

function firstWrongLine(bytes: Buffer): number {
  for (let line = 1, from = 0; ; line++) {
    const end = bytes.indexOf(10, from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}
