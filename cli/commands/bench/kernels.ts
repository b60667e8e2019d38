import type { ArgumentsCamelCase, Argv } from 'yargs';
import { measurable, openAll } from '../../../bench/devices.ts';
import { casesWith } from '../../../bench/kernels/cases.ts';
import * as report from '../../../bench/kernels/report.ts';
import type { KernelReport } from '../../../bench/kernels/run.ts';
import { benchKernels, isMeasured } from '../../../bench/kernels/run.ts';
import { InkgradError } from '../../../engine/errors.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { finish } from './finish.ts';
import { countsOf, namesOf } from './lists.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench kernels [options]\n\nMeasures the kernels of lenet and cnn and square products on every device, ' +
        'beside what the device can do at best.',
    )
    .option('device', {
      type: 'string',
      requiresArg: true,
      coerce: namesOf('device', measurable),
      describe: `Some of ${measurable.join(',')}; all that are here when left out`,
    })
    .option('only', { type: 'string', requiresArg: true, describe: 'Cases with this text in their name' })
    .option('batch', {
      type: 'string',
      requiresArg: true,
      default: '64,512',
      coerce: countsOf('batch'),
      describe: 'Images in a batch',
    })
    .option('limit-ms', {
      type: 'number',
      requiresArg: true,
      default: 2000,
      describe: 'A kernel that needs longer for one launch is skipped',
    })
    .option('seconds', {
      type: 'number',
      requiresArg: true,
      default: 600,
      describe: 'No case is begun after that',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for kernels.md, kernels.json and kernels.svg',
    })
    .option('revectorize', options.revectorize)
    .option('json', options.json)
    .example('$0 bench kernels', 'All of them, on every device')
    .example('$0 bench kernels --only conv --device cpu', 'Convolutions on the CPU')
    .example('$0 bench kernels --only "cnn 64" --out report/', 'One model and batch, as files')
    .check(checkRanges({ 'limit-ms': ranges.positive, seconds: ranges.positive }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const cases = casesWith(args.only ?? '', args.batch);
  const { devices, missing: unflagged } = await openAll(args.device ?? measurable, args);
  const missing = unflagged.map(({ name, reason }) => ({ name, reason: withFlags(reason) }));
  try {
    // One that was asked for by name is not to be done without.
    if (missing.length > 0 && (args.device !== undefined || devices.length === 0)) {
      throw new InkgradError(missing[0].reason);
    }
    for (const { kind, adapter } of devices) note(`device  ${kind} (${adapter})`);
    for (const { name, reason } of missing) note(`without ${name}: ${reason}`);
    note(`cases   ${cases.length}`);
    const progress = new Progress('measuring', cases.length);
    const measured = await benchKernels({
      ...{ cases, devices, missing },
      limitMs: args.limitMs,
      seconds: args.seconds,
      onProgress: (done, name) => progress.update(done, [name]),
    }).finally(() => progress.stop());
    // Without a folder for it nothing is drawn, nor loaded to draw with.
    const drawing = args.out === undefined ? undefined : await import('../../../bench/kernels/chart.ts');
    const documents = {
      markdown: report.markdown(measured),
      json: { inkgrad: version, ...measured },
      svg: drawing?.chart(measured),
    };
    finish('kernels', args, documents, readable(measured));
  } finally {
    for (const device of devices) device.close();
  }
}

function readable(measured: KernelReport): string {
  const skipped = measured.rows.filter((row) => !isMeasured(row));
  return [
    table(report.ceilingHead, report.ceilingCells(measured)),
    table(
      report.head,
      measured.rows.map((row) => report.cells(row, () => 'skipped')),
    ),
    skipped.map((row) => `skipped ${report.skippedLine(row)}`).join('\n'),
    report.explanation.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export const kernels = (parser: Argv): Argv =>
  parser.command('kernels', 'Measure every kernel against what the device can do', builder, run);
