import { join, resolve } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import { restoreModel } from '../../pipeline/checkpoint/checkpoint.ts';
import { withDevice } from '../../pipeline/node/devices/devices.ts';
import { writeDurably } from '../../pipeline/node/files/writeFile.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { type RunRecord, readRun } from '../../pipeline/node/runs/readRun.ts';
import { withFlags } from '../../report/flags.ts';
import type { Evaluated } from '../../report/run/evaluated.tsx';
import * as options from '../options.ts';
import { makeFolder } from '../outFolder.ts';
import { note, percent, print, printJson } from '../output.ts';
import { table } from '../table.ts';
import { checkRanges, ranges, UsageError } from '../usage.ts';
import type { Command } from './command.ts';
import { scoreImages } from './evaluate/scoreImages.ts';
import { testImages } from './evaluate/testImages.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 report RUN... [options]\n\n' +
        'A run as a page: its curves, what it reads wrong, how far it can be trusted, from what it was made. Of several\n' +
        'runs: their curves over each other, ranked by test accuracy, and the settings in which they differ.',
    )
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'One run directory, or several to compare',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'The page [report.html in the run; of several comparison.html]',
    })
    .option('svg', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the curves as SVG files too',
    })
    .option('max-pixels', options.maxPixels)
    .option('cache', options.cache)
    .option('device', options.device)
    .option('threads', options.threads)
    .option('revectorize', options.revectorize)
    .option('json', options.json)
    .check(checkRanges({ threads: ranges.threads, 'max-pixels': ranges.count }))
    .example('$0 report runs/lenet-1', 'Its page, made again: runs/lenet-1/report.html')
    .example('$0 report runs/lenet-1 runs/cnn-1 --out both.html', 'Two runs compared')
    .example('$0 report runs/lenet-1 --svg curves', 'loss.svg, accuracy.svg and rate.svg in a folder');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const { runs: paths } = args;
  if (new Set(paths.map((path) => resolve(path))).size < paths.length)
    throw new UsageError('report: the same run is given twice');
  const records = paths.map(readRun);
  const [first, ...others] = records;
  const { page, ranking } = await (others.length === 0 ? ofOne(first, args) : ofSeveral(records));
  const out = args.out ?? (others.length === 0 ? join(first.path, 'report.html') : 'comparison.html');
  writeDurably(out, page);
  const curves = args.svg === undefined ? [] : await writeCurves(args.svg, ranking);

  if (args.json) {
    const told = ranking.map(({ path, test }) => ({ run: path, test }));
    printJson({ page: out, curves, runs: told });
    return;
  }
  print(
    table(
      ['<run', 'test accuracy', 'test loss'],
      ranking.map(({ path, test }) => [
        path,
        test ? percent(test.accuracy) : 'not tested',
        test ? test.loss.toFixed(4) : '–',
      ]),
    ),
  );
  print(`\n${out}  ${others.length === 0 ? 'the run as a page' : `${records.length} runs compared`}`);
  for (const path of curves) print(path);
}

/** What is written, and the runs in the order in which they are told of. */
interface Made {
  readonly page: string;
  readonly ranking: readonly RunRecord[];
}

async function ofSeveral(records: readonly RunRecord[]): Promise<Made> {
  const { comparisonPage, ranked } = await import('../../report/run/comparisonPage.tsx');
  return { page: comparisonPage(records), ranking: ranked(records) };
}

async function ofOne(record: RunRecord, args: Args): Promise<Made> {
  const checkpoint = readCheckpoint(record.path);
  for (const remark of checkpoint.remarks) note(remark);
  const evaluated = await readAgain(args, checkpoint);
  const { runPage } = await import('../../report/run/runPage.tsx');
  return { page: runPage({ record, checkpoint, evaluated }), ranking: [record] };
}

/** How the run reads its test images; null, with a remark, where these cannot be had any more. */
async function readAgain(
  args: Args,
  checkpoint: ReturnType<typeof readCheckpoint>,
): Promise<Evaluated | null> {
  let data: Evaluated['data'];
  try {
    ({ images: data } = await testImages(args, checkpoint));
  } catch (error) {
    if (!(error instanceof InkgradError)) throw error;
    note(`${withFlags(error.message)}; the page goes without the test images`);
    return null;
  }
  return withDevice(args.device, args, async (device) => {
    const model = restoreModel(checkpoint, device);
    return { data, scores: await scoreImages(checkpoint, model, device, data) };
  });
}

/** Writes each curve as a file; gives their paths. */
async function writeCurves(folder: string, records: readonly RunRecord[]): Promise<string[]> {
  const [{ courseCharts }, { asFile }] = await Promise.all([
    import('../../report/run/course.ts'),
    import('../../report/charts/draw.ts'),
  ]);
  makeFolder(folder, folder, '--svg');
  return courseCharts(records).map(({ file, svg }) => {
    const path = join(folder, `${file}.svg`);
    writeDurably(path, asFile(svg));
    return path;
  });
}

export const report: Command = { builder, run };
