import type { Argv } from 'yargs';
import { suggestion } from '../../../pipeline/text/nearest.ts';
import { UsageError } from '../../usage.ts';
import type { Command } from '../command.ts';
import { inspect } from './inspect.ts';

const commands = { inspect };
const names = Object.keys(commands);

const builder = (parser: Argv) => {
  parser
    .usage('$0 data WHAT [options]\n\nLooks at data sets.')
    .example('$0 data inspect letters/', 'Counts, sizes, duplicates, what is broken, and a contact sheet');
  for (const register of Object.values(commands)) register(parser);
  // What is none of them.
  return parser.command('$0 [what] [path]', false, {}, ({ what }) => {
    if (what === undefined) throw new UsageError(`data: give what to do: ${names.join(', ')}`);
    const near = suggestion(String(what), names) || `; use ${names.join(', ')}`;
    throw new UsageError(`data ${what}: no such command${near}`);
  });
};

export const data: Command = { builder };
