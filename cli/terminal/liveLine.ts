import { isQuiet } from './quiet.ts';
import { send } from './streams.ts';

/** Clears from the cursor to the end of the line: the only code that is used, so that there is no state to give back. */
const CLEAR = '\x1b[K';

/** The line below all others that tells how far a work is; none when empty. */
let shown = '';

/** Whether there is a terminal that can show such a line. */
export const canBeLive = (): boolean =>
  process.stderr.isTTY === true && process.env.TERM !== 'dumb' && !isQuiet();

/** Characters that fit into a line; in the last column many terminals would begin the next one. */
export const lineWidth = (): number => (process.stderr.columns || 80) - 1;

/** Shows a line, at most `lineWidth()` characters of width 1, in place of the one before. */
export function showLive(line: string): void {
  shown = line;
  send('stderr', `\r${line}${CLEAR}`);
}

/** Takes the line away. */
export function endLive(): void {
  aboveLive(() => {
    shown = '';
  });
}

/** Writes whole lines where the live line stood, which moves on below them. */
export function aboveLive(write: () => void): void {
  if (shown !== '') send('stderr', `\r${CLEAR}`);
  write();
  if (shown !== '') send('stderr', shown);
}
