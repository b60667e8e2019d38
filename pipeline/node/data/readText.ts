import { isUtf8 } from 'node:buffer';
import { PipelineError } from '../../faults.ts';
import { readWhole } from '../files/readWhole.ts';
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
  const bytes = readWhole(path, {
    ...{ name, most: MAX_TEXT, advice: 'give a file' },
    tooLarge: `has more than ${MAX_TEXT} bytes, too many for a table; part it in several`,
  });
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
