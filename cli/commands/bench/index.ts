import type { Argv } from 'yargs';
import { suggestion } from '../../../pipeline/text/nearest.ts';
import * as options from '../../options.ts';
import { UsageError } from '../../usage.ts';
import type { Command } from '../command.ts';
import { fuzz } from './fuzz.ts';
import { gpu } from './gpu.ts';
import { isa } from './isa.ts';
import { kernels } from './kernels.ts';
import { peers } from './peers.ts';
import { pictures } from './pictures.ts';
import { self } from './self.ts';
import { train } from './train.ts';
import { whole } from './whole.ts';

const commands = { kernels, train, whole, peers, self, gpu, isa, pictures, fuzz };
const names = Object.keys(commands);

const builder = (parser: Argv) => {
  parser
    .usage('$0 bench WHAT [options]\n\nMeasures how fast it is on this machine.')
    .option('json', options.json)
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for the report: .md, .json, .svg' })
    .example('$0 bench kernels --only conv', 'Convolutions on every device')
    .example('$0 bench train --seeds 3 --out report/', 'Speed, and the time to 97, 98 and 99 %')
    .example('$0 bench peers --model lenet', 'Beside other engines');
  for (const register of Object.values(commands)) register(parser);
  // What is none of them.
  return parser.command('$0 [what]', false, {}, ({ what }) => {
    if (what === undefined) throw new UsageError(`bench: give what to measure: ${names.join(', ')}`);
    const near = suggestion(String(what), names) || `; use ${names.join(', ')}`;
    throw new UsageError(`bench ${what}: no such measurement${near}`);
  });
};

export const bench: Command = { builder };
