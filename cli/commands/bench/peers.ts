import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { measurable } from '../../../bench/devices.ts';
import { peerNames } from '../../../bench/peers/commands.ts';
import { markdown } from '../../../bench/peers/report.ts';
import { benchPeers } from '../../../bench/peers/run.ts';
import { builtInModels } from '../../../pipeline/model.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { version } from '../../version.ts';
import { finish } from './finish.ts';
import { namesOf } from './lists.ts';

const models = Object.keys(builtInModels);
const works = ['train', 'infer'] as const;

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench peers [options]\n\nMeasures inkgrad beside other engines on the same networks and the same machine, ' +
        'in turns. Needs a checkout, and npm ci --prefix bench/peers.',
    )
    .option('model', {
      type: 'string',
      requiresArg: true,
      default: models.join(','),
      coerce: namesOf('model', models),
      describe: 'Networks',
    })
    .option('batch', { type: 'number', requiresArg: true, default: 64, describe: 'Images per step' })
    .option('work', {
      type: 'string',
      requiresArg: true,
      default: works.join(','),
      coerce: namesOf('work', works),
      describe: 'What is measured',
    })
    .option('seconds', {
      type: 'number',
      requiresArg: true,
      default: 5,
      describe: 'For each engine, network and work',
    })
    .option('peers', {
      type: 'string',
      requiresArg: true,
      coerce: namesOf('peers', peerNames),
      describe: `Some of ${peerNames.join(', ')}; all when left out`,
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for peers.md and peers.json' })
    .option('json', options.json)
    .example('$0 bench peers', 'Beside every engine that is installed')
    .example('$0 bench peers --model lenet --peers torch-cpu', 'Beside PyTorch')
    .check(checkRanges({ batch: ranges.count, seconds: ranges.positive }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** inkgrad's own worker, which is built beside the command line. */
const worker = join(fileURLToPath(new URL('.', import.meta.url)), 'bench-worker.js');

async function run(args: Args): Promise<void> {
  const report = await benchPeers({
    models: args.model,
    batch: args.batch,
    work: args.work,
    seconds: args.seconds,
    ...(args.peers !== undefined && { peers: args.peers }),
    ours: measurable.map((device) => ({
      name: `inkgrad-${device}`,
      command: process.execPath,
      args: [worker, '--backend', device],
    })),
    onProgress: note,
  });
  const text = markdown(report);
  finish('peers', args, { markdown: text, json: { inkgrad: version, ...report } }, text.trimEnd());
}

export const peers = (parser: Argv): Argv =>
  parser.command('peers', 'Measure other engines on the same networks', builder, run);
