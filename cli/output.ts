import { visible, visibleJson, visibleLines } from '../pipeline/text/visible.ts';
import { percent } from '../report/format.ts';
import { aboveLive } from './terminal/liveLine.ts';
import { isQuiet } from './terminal/quiet.ts';
import { type StreamName, send } from './terminal/streams.ts';

// All that a command says goes through here, so that no name out of a file, a model or a checkpoint drives the terminal.
const say = (name: StreamName, text: string): void => aboveLive(() => send(name, `${text}\n`));

/** Data goes to stdout; all that only accompanies it goes to stderr. */
export const print = (text: string): void => say('stdout', visibleLines(text));
export const note = (text: string): void => {
  if (!isQuiet()) say('stderr', visibleLines(text));
};
/** What went wrong, in one line. */
export const complain = (message: string): void => say('stderr', `inkgrad: ${visible(message)}`);
/** What may go wrong, in one line. */
export const warn = (message: string): void => say('stderr', `warning: ${visible(message)}`);
export const printJson = (value: unknown): void => say('stdout', visibleJson(JSON.stringify(value, null, 2)));

/** Numbers are written as in reports. */
export { percent };
