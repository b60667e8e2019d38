import type { ArgumentsCamelCase, Argv } from 'yargs';
import { browserCases } from '../../../bench/browser/cases.ts';
import { browserCommands } from '../../../bench/browser/commands.ts';
import { benchModels } from '../../../bench/kernels/cases.ts';
import { peerCommands, peerNames } from '../../../bench/peers/commands.ts';
import * as quick from '../../../bench/peers/quick.ts';
import * as ratios from '../../../bench/peers/ratios.ts';
import { machineOf, markdown } from '../../../bench/peers/report.ts';
import { benchPeers, type PeerOptions, type PeerReport, tasksOf } from '../../../bench/peers/run.ts';
import { InkgradError } from '../../../engine/errors.ts';
import type { DeviceName } from '../../../pipeline/node/devices/deviceNames.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges, UsageError } from '../../usage.ts';
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
    .option('quick', {
      type: 'boolean',
      default: false,
      describe: 'Two minutes: how many times as fast wasm is as PyTorch and ONNX Runtime',
    })
    .option('browser', {
      type: 'boolean',
      default: false,
      describe: 'Products and a convolution in Chromium, with threads, beside jax-js',
    })
    .option('only', { type: 'string', requiresArg: true, describe: 'Of --browser those with this text' })
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
      defaultDescription: '64; --quick reads 256',
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
      defaultDescription: `5; with --quick and --browser ${quick.SECONDS}`,
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
      defaultDescription: `${devices.join(',')}; with --quick wasm`,
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
    .example('$0 bench peers --quick', 'Before a change to a hot path lands')
    .example('$0 bench peers --browser --only conv', 'A convolution in Chromium, beside jax-js')
    .example('$0 bench peers --model lenet --peers torch-cpu', 'Beside PyTorch')
    .example('$0 bench peers --device wasm --batch 64,256 --work train', 'Two sizes of batch')
    .check(checkRanges({ seconds: ranges.positive, threads: ranges.count }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** inkgrad's own worker. */
const worker = builtBeside('bench-worker.js');

/** What is measured, and who takes part. */
type Contest = Pick<PeerOptions, 'tasks' | 'ours' | 'peers'> & Pick<PeerReport, 'missing'>;

function inBrowser(only: string): Contest {
  const { ours, jax } = browserCommands();
  const tasks = browserCases(only).map(({ name }) => ({ model: name, batch: 1, work: 'kernel' }) as const);
  return { tasks, ours: [ours], peers: [jax], missing: [] };
}

function onThisMachine(args: Args): Contest {
  const { commands, missing } = peerCommands(args.peers ?? (args.quick ? quick.peers : undefined));
  // One that was asked for by name is not to be done without.
  if (missing.length > 0 && (args.peers !== undefined || commands.length === 0)) {
    throw new InkgradError(`bench peers: without ${missing[0].name}: ${missing[0].reason}`);
  }
  const chosen: readonly DeviceName[] = args.device ?? (args.quick ? ['wasm'] : devices);
  const ours = devices
    .filter((device) => chosen.includes(device))
    .map((device) => ({
      name: `inkgrad-${device}`,
      command: process.execPath,
      args: [worker, '--backend', device],
    }));
  const tasks =
    args.batch === undefined && args.quick
      ? quick.tasksOf(args.model, args.work)
      : tasksOf(args.model, args.work, args.batch ?? [64]);
  return { tasks, ours, peers: commands, missing };
}

async function run(args: Args): Promise<void> {
  if (args.quick && args.browser) throw new UsageError('--quick and --browser: give one of them');
  if (args.only !== undefined && !args.browser) {
    throw new UsageError('--only: for --browser; networks are chosen by --model');
  }
  const isShort = args.quick || args.browser;
  const { missing, ...contest } = args.browser ? inBrowser(args.only ?? '') : onThisMachine(args);
  const measured = await benchPeers({
    ...contest,
    seconds: args.seconds ?? (isShort ? quick.SECONDS : 5),
    ...(isShort && { rounds: quick.ROUNDS }),
    ...(args.threads !== undefined && { threads: args.threads }),
    onProgress: (text) => note(withFlags(text)),
  });
  const failures = measured.failures.map((failure) => ({ ...failure, reason: withFlags(failure.reason) }));
  const report = { ...measured, failures, missing };
  const documents = { json: { inkgrad: version, ...report } };
  if (!isShort) {
    const text = markdown(report);
    return finish('peers', args, { ...documents, markdown: text }, text.trimEnd());
  }
  const parts = [
    table(ratios.head, ratios.cells(report)),
    ratios.absences(report).join('\n'),
    `${ratios.explanation}\n${machineOf(report)}`,
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  finish('peers', args, { ...documents, markdown: ratios.markdown(report) }, text);
}

export const peers = (parser: Argv): Argv =>
  parser.command('peers', 'Measure other engines on the same networks', builder, run);
