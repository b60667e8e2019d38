import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { KINDS } from './readWhole.ts';

/** A pipe that nobody writes to would keep who opens it waiting. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads from a file of a data set, which is closed then. A pipe might never come to its end, nor would /dev/zero.
 *
 * @throws PipelineError that names the path where it is anything but a file; what the system says where it cannot be read
 */
export function withFile<T>(path: string, read: (file: number, bytes: number) => T): T {
  const file = openSync(path, READ);
  try {
    const stats = fstatSync(file);
    const kind = KINDS.find(([holds]) => holds(stats));
    if (kind) throw new PipelineError(`${visible(path)}: ${kind[1]}; put a file in its place`, 'unreadable');
    return read(file, stats.size);
  } finally {
    closeSync(file);
  }
}
