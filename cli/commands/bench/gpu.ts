import type { ArgumentsCamelCase, Argv } from 'yargs';
import { markdown, summaryCells, summaryHead } from '../../../bench/gpu/report.ts';
import type { GpuReport } from '../../../bench/gpu/run.ts';
import { benchGpu } from '../../../bench/gpu/run.ts';
import type { PartName } from '../../../bench/gpu/settings.ts';
import { partNames } from '../../../bench/gpu/settings.ts';
import type { Documents } from '../../../report/files.ts';
import { writeDocuments } from '../../../report/files.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { finish } from './finish.ts';
import { namesOf } from './lists.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench gpu [options]\n\nMeasures everything on a hardware GPU in less than eight minutes, beside PyTorch ' +
        'where that is there.',
    )
    .option('parts', {
      type: 'string',
      requiresArg: true,
      coerce: namesOf('parts', partNames),
      describe: `Some of ${partNames.join(',')}; all when left out`,
    })
    .option('peak-tflops', {
      type: 'number',
      requiresArg: true,
      describe: 'The float32 peak of the data sheet; known for H100 and H200',
    })
    .option('seconds', { type: 'number', requiresArg: true, describe: 'For all of it; 450 when left out' })
    .option('any-adapter', {
      type: 'boolean',
      default: false,
      describe: 'Also a software adapter, with tiny sizes: shows that everything runs',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for gpu.md and gpu.json' })
    .option('json', options.json)
    .example('$0 bench gpu --out report/', 'Everything')
    .example('$0 bench gpu --parts convs,profile', 'Some of it')
    .check(checkRanges({ 'peak-tflops': ranges.positive, seconds: ranges.positive }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

const documentsOf = (report: GpuReport): Documents => ({
  markdown: told(() => markdown(report)),
  json: { inkgrad: version, ...report },
});

/** A report whose reasons name flags. */
function flagged(report: GpuReport): GpuReport {
  const parts = Object.entries(report.parts).map(([name, part]) => [
    name,
    { ...part, reasons: part.reasons.map(withFlags) },
  ]);
  return { ...report, parts: Object.fromEntries(parts) };
}

/** Minutes of a GPU are not to be lost for a fault in what is told of them. */
function told(text: () => string): string {
  try {
    return text();
  } catch (error) {
    return `The report cannot be told (${(error as Error).message}); gpu.json has its numbers`;
  }
}

async function run(args: Args): Promise<void> {
  const { out, anyAdapter, peakTflops, parts, seconds } = args;
  const { report: measured, hangs } = await benchGpu({
    ...{ anyAdapter, peakTflops },
    settings: {
      ...(parts !== undefined && { parts: parts as PartName[] }),
      ...(seconds !== undefined && { seconds }),
    },
    say: (text) => note(withFlags(text)),
    save: (unfinished) => {
      if (out !== undefined) writeDocuments(out, 'gpu', documentsOf(flagged(unfinished)));
    },
  });
  const report = flagged(measured);
  finish(
    'gpu',
    args,
    documentsOf(report),
    `${report.adapter}\n\n${table(summaryHead, summaryCells(report))}`,
  );
  const failed = Object.values(report.parts).some(({ status }) => status === 'failed');
  process.exitCode = failed ? 1 : 0;
  // What was given up may never end.
  if (hangs) process.exit();
}

export const gpu = (parser: Argv): Argv =>
  parser.command('gpu', 'Measure everything on a hardware GPU', builder, run);
