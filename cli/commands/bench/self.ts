import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { checkout } from '../../../bench/checkout.ts';
import { findBuild } from '../../../bench/self/builds.ts';
import { selfCases, selfModels } from '../../../bench/self/cases.ts';
import * as report from '../../../bench/self/report.ts';
import { benchSelf } from '../../../bench/self/run.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges, UsageError } from '../../usage.ts';
import { finish } from './finish.ts';
import { namesOf } from './lists.ts';

const works = ['train', 'infer'] as const;

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench self OLD NEW [options]\n\nRuns two builds of inkgrad in turns, and says what became slower than the noise.',
    )
    .positional('old', { type: 'string', describe: 'A built checkout, its dist, or a cli.js in it' })
    .positional('new', { type: 'string', describe: 'Another one' })
    .option('model', {
      type: 'string',
      requiresArg: true,
      default: 'lenet,cnn',
      coerce: namesOf('model', selfModels),
      describe: `Some of ${selfModels.join(', ')}`,
    })
    .option('work', {
      type: 'string',
      requiresArg: true,
      default: works.join(','),
      coerce: namesOf('work', works),
      describe: 'What is measured',
    })
    .option('kernels', { type: 'boolean', default: false, describe: 'Also some functions, with gradients' })
    .option('only', { type: 'string', requiresArg: true, describe: 'Cases with this text in their name' })
    .option('batch', { type: 'number', requiresArg: true, default: 64, describe: 'Images per step' })
    .option('seconds', {
      type: 'number',
      requiresArg: true,
      default: 4,
      describe: 'For each build and case',
    })
    .option('threads', {
      type: 'number',
      requiresArg: true,
      describe: 'Threads of wasm [default: one for each core]',
    })
    .option('device', {
      requiresArg: true,
      choices: ['wasm', 'cpu', 'webgpu'] as const,
      default: 'wasm',
      describe: 'What both compute on',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for self.md and self.json' })
    .option('json', options.json)
    .example('$0 bench self ../before .', 'Two checkouts, both built')
    .example('$0 bench self ../before . --model vgg,resnet --kernels', 'More than lenet and cnn')
    .check(checkRanges({ batch: ranges.count, seconds: ranges.positive, threads: ranges.count }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  if (args.old === undefined || args.new === undefined) {
    throw new UsageError('bench self: give two builds, as in inkgrad bench self ../before .');
  }
  const root = checkout();
  const [older, newer] = [findBuild(args.old), findBuild(args.new)];
  const { model: models, work: works, batch, kernels } = args;
  const cases = selfCases({ models, works, batch, kernels }, args.only);
  let progress: Progress | undefined;
  const measured = await benchSelf({
    ...{ older, newer, cases },
    device: args.device,
    threads: args.threads ?? availableParallelism(),
    seconds: args.seconds,
    libraryWorker: root === null ? null : join(root, 'bench/self/library.mjs'),
    onProgress: (done, total, text) => {
      progress ??= new Progress('measuring', total);
      progress.update(done, [text]);
    },
  }).finally(() => progress?.stop());
  const parts = [
    table(report.head, measured.rows.map(report.cells)),
    [...report.explanation, report.settingsLine(measured)].join('\n'),
    ...report.remarks(measured),
    report.conclusion(measured),
  ];
  const documents = {
    markdown: report.markdown(measured),
    json: { inkgrad: version, ...measured, conclusion: report.conclusion(measured) },
  };
  finish('self', args, documents, parts.join('\n\n'));
}

export const self = (parser: Argv): Argv =>
  parser.command('self [old] [new]', 'Measure two builds of inkgrad in turns', builder, run);
