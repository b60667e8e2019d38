import type { ArgumentsCamelCase, Argv } from 'yargs';
import { benchModels } from '../../../bench/kernels/cases.ts';
import { peerCommands, peerNames } from '../../../bench/peers/commands.ts';
import { markdown } from '../../../bench/peers/report.ts';
import { benchPeers } from '../../../bench/peers/run.ts';
import type { DeviceName } from '../../../pipeline/node/devices/deviceNames.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { builtBeside } from './built.ts';
import { finish } from './finish.ts';
import { countsOf, namesOf } from './lists.ts';

const models = [...benchModels];
const works = ['train', 'infer'] as const;
/** inkgrad's own devices. On the processor, all are compared with the first of these two that runs. */
const devices = ['wasm', 'cpu', 'webgpu'] as const satisfies DeviceName[];

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
    .option('batch', {
      type: 'string',
      requiresArg: true,
      default: '64',
      coerce: countsOf('batch'),
      describe: 'Images per step; several with commas between',
    })
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
    .option('threads', {
      type: 'number',
      requiresArg: true,
      describe: 'Threads of each engine that has them [default: one for each core]',
    })
    .option('device', {
      type: 'string',
      requiresArg: true,
      default: devices.join(','),
      coerce: namesOf('device', devices),
      describe: 'Devices of inkgrad',
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
    .example('$0 bench peers --device wasm --batch 64,256 --work train', 'Two sizes of batch')
    .check(checkRanges({ seconds: ranges.positive, threads: ranges.count }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** inkgrad's own worker. */
const worker = builtBeside('bench-worker.js');

async function run(args: Args): Promise<void> {
  const measured = await benchPeers({
    models: args.model,
    batches: args.batch,
    work: args.work,
    seconds: args.seconds,
    ...(args.threads !== undefined && { threads: args.threads }),
    ours: devices
      .filter((device) => args.device.includes(device))
      .map((device) => ({
        name: `inkgrad-${device}`,
        command: process.execPath,
        args: [worker, '--backend', device],
      })),
    peers: peerCommands(args.peers),
    onProgress: (text) => note(withFlags(text)),
  });
  const failures = measured.failures.map((failure) => ({ ...failure, reason: withFlags(failure.reason) }));
  const report = { ...measured, failures };
  const text = markdown(report);
  finish('peers', args, { markdown: text, json: { inkgrad: version, ...report } }, text.trimEnd());
}

export const peers = (parser: Argv): Argv =>
  parser.command('peers', 'Measure other engines on the same networks', builder, run);
