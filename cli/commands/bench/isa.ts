import type { ArgumentsCamelCase, Argv } from 'yargs';
import { contractionsWith, kernelsWith, MODELS } from '../../../bench/isa/kernels.ts';
import { peerKernels } from '../../../bench/isa/peers.ts';
import { gpus } from '../../../bench/isa/probe.ts';
import * as report from '../../../bench/isa/report.ts';
import { benchIsa } from '../../../bench/isa/run.ts';
import { benchCompile } from '../../../bench/isa/times.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { UsageError } from '../../usage.ts';
import { builtBeside } from './built.ts';
import { finish } from './finish.ts';
import { namesOf } from './lists.ts';

/** What has Dawn make SPIR-V. */
const dumper = builtBeside('isa-dumper.js');

const builder = (parser: Argv) =>
  parser
    .usage(
      "$0 bench isa [options]\n\nShows what a GPU's compiler makes of the products and convolutions of lenet, cnn and vgg, " +
        'without that GPU: Mesa 25 compiles for AMD GPUs on any Linux. Needs mesa-vulkan-drivers, libvulkan-dev, ' +
        'spirv-tools and gcc; a folder that the packages were unpacked into (dpkg -x) will do, as --mesa.',
    )
    .option('gpu', {
      type: 'string',
      requiresArg: true,
      default: 'navi31,navi21',
      coerce: namesOf('gpu', gpus),
      describe: `Some of ${gpus.join(',')}: RDNA 3, RDNA 2, Vega`,
    })
    .option('only', { type: 'string', requiresArg: true, describe: 'Kernels with this text in their name' })
    .option('all', {
      type: 'boolean',
      default: false,
      describe: 'Also the other tilings that the tuner would try',
    })
    .option('precision', {
      choices: ['f32', 'f16'] as const,
      default: 'f32' as const,
      describe: "Of inkgrad's factors; sums are f32",
    })
    .option('peers', {
      type: 'boolean',
      default: false,
      describe: 'Also tfjs and jax-js; needs a checkout, and npm ci --prefix bench/peers',
    })
    .option('compile', {
      type: 'boolean',
      default: false,
      describe: 'Instead, how long the first step of training compiles',
    })
    .option('mesa', { type: 'string', requiresArg: true, describe: 'Folder that Mesa was unpacked into' })
    .option('asm', { type: 'string', requiresArg: true, describe: 'Folder for the machine code' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for isa.md and isa.json' })
    .option('json', options.json)
    .example('$0 bench isa --only conv2', 'The second convolutions')
    .example('$0 bench isa --mesa mesa25/ --all', 'Every tiling')
    .example('$0 bench isa --compile', 'How long a first step takes to begin');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** Tells how far it is, once there is something to tell. */
async function withProgress<T>(
  body: (onProgress: (done: number, of: number) => void) => Promise<T>,
): Promise<T> {
  let progress: Progress | undefined;
  try {
    return await body((done, of) => {
      progress ??= new Progress('compiling', of);
      progress.update(done, []);
    });
  } finally {
    progress?.stop();
  }
}

async function run(args: Args): Promise<void> {
  if (args.compile) {
    const other = (['only', 'all', 'peers', 'asm'] as const).find((name) => args[name]);
    if (other !== undefined) throw new UsageError(`--compile: not together with --${other}`);
    return times(args);
  }
  const only = args.only ?? '';
  const own = kernelsWith(only, { all: args.all, halves: args.precision === 'f16' });
  const kernels = args.peers ? [...own, ...(await peerKernels(contractionsWith(only)))] : own;
  const { gpu: gpus, mesa, asm } = args;
  const measured = await withProgress((onProgress) =>
    benchIsa({ kernels, gpus, dumper, mesa, asm, onProgress }),
  );
  note(`driver  RADV, ${measured.driver}`);
  const documents = { markdown: report.markdown(measured), json: { inkgrad: version, ...measured } };
  const tables = report.tables(measured).map(({ head, rows }) => table(head, rows));
  finish('isa', args, documents, [...tables, report.explanation(measured).join('\n')].join('\n\n'));
}

async function times({ gpu: gpus, mesa, ...args }: Args): Promise<void> {
  const rows = await withProgress((onProgress) =>
    benchCompile({ models: MODELS, gpus, dumper, mesa, onProgress }),
  );
  const documents = { markdown: report.timeMarkdown(rows), json: { inkgrad: version, rows } };
  const { head, rows: body } = report.timeTable(rows);
  finish('isa', args, documents, [table(head, body), report.timeExplanation.join('\n')].join('\n\n'));
}

export const isa = (parser: Argv): Argv =>
  parser.command('isa', "Show what a GPU's compiler makes of the kernels", builder, run);
