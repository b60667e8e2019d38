import { closeSync, fstatSync, writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';

export type StreamName = 'stdout' | 'stderr';

const names = {
  stdout: { fd: 1, says: 'standard output' },
  stderr: { fd: 2, says: 'standard error' },
} as const;

/** Streams that can no longer be written, and what the system says of them. What comes for them later is dropped. */
const lost = new Map<StreamName, string>();

/** Of those, what has not been told yet. */
const untold: string[] = [];

/** Writes to a stream as it is. */
export function send(name: StreamName, text: string): void {
  if (lost.has(name)) return;
  process[name].write(text);
}

/** Why streams were lost since this was last asked: a line for each. */
export const lostStreams = (): string[] => untold.splice(0);

/**
 * Listens for the failure of both streams, such as a full disk or a terminal that is gone, so that no such failure ends the
 * command: it goes on without the stream.
 *
 * @param onResultLost called when standard output cannot be written, with a line that says so, or null where who reads it
 *   has seen enough
 */
export function watchStreams(onResultLost: (line: string | null) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    writeWholly(process[name], names[name].fd);
    process[name].on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (lost.has(name)) return;
      const why = code ?? message;
      const line = `${names[name].says}: cannot be written (${why})`;
      lost.set(name, why);
      untold.push(line);
      if (name === 'stdout') onResultLost(why === 'EPIPE' ? null : line);
    });
  }
  process.once('exit', letGoOfTerminals);
}

/**
 * Node.js takes a write to a file that a full disk cut short for a whole one (internal/fs/sync_write_stream.js), so that half
 * a document would pass for a result. This writes the rest, or fails.
 */
function writeWholly(stream: NodeJS.WriteStream, fd: number): void {
  // Streams of pipes and terminals do so by themselves.
  if (stream.isTTY || !fstatSync(fd).isFile()) return;
  stream._write = (chunk: Buffer, _encoding, done) => {
    try {
      writeFileSync(fd, chunk);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

const terminals = [0, 1, 2].filter((fd) => isatty(fd));

/**
 * As it ends Node.js gives each terminal back the modes it had, and aborts where one is gone (EIO of tcsetattr, ResetStdio in
 * node.cc). It passes over descriptors that are closed.
 */
function letGoOfTerminals(): void {
  for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
}
