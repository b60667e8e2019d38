import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { encodePng } from '../../../pipeline/node/decode/decode.ts';
import { writeDurably } from '../../../pipeline/node/files/writeFile.ts';
import { drawUp } from '../../../pipeline/node/inspect/inspection.ts';
import { listImages } from '../../../pipeline/node/inspect/list.ts';
import { addThumbnails, drawExamples, scanImages } from '../../../pipeline/node/inspect/scan.ts';
import {
  classGroups,
  inspectionSheet,
  PER_ROW,
  suspiciousGroups,
} from '../../../pipeline/node/inspect/sheet.ts';
import { findings } from '../../../report/inspection/findings.ts';
import { dataOptions, readingOf } from '../../dataOptions.ts';
import { html, pagePathOf } from '../../htmlFlag.ts';
import { withProgress } from '../../longWork.ts';
import * as options from '../../options.ts';
import { makeFolder, refuseWithin } from '../../outFolder.ts';
import { print, printJson } from '../../output.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { inspectionJson } from './inspectionJson.ts';
import { inspectionText } from './inspectionText.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 data inspect PATH [options]\n\nCounts, sizes, brightness and duplicates of a data set, pictures without ink ' +
        'or with several characters, unreadable files, and a contact sheet.',
    )
    .positional('path', {
      type: 'string',
      demandOption: true,
      describe: 'What train takes as --data: mnist, a folder, a CSV file or IDX files',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      default: 'inspected',
      describe: 'Folder for the contact sheet',
    })
    .option('html', html)
    .option('cell', { ...options.cell, default: 48 })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'Which images of each class the sheet shows',
    })
    .option('max-pixels', options.maxPixels)
    .option('threads', {
      ...options.threads,
      describe: 'Threads that read files [default: one for each core]',
    })
    .options(dataOptions)
    .option('json', options.json)
    .example('$0 data inspect letters/', 'A folder with one sub-folder of images per class')
    .example('$0 data inspect letters/ --html', 'The same as a page, inspected/report.html')
    .example('$0 data inspect table.csv --image-column file --json', 'A CSV file, for a program')
    .check(
      checkRanges({
        cell: options.CELL,
        seed: ranges.countOrZero,
        'max-pixels': ranges.count,
        threads: ranges.threads,
      }),
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** Pictures that a page shows with one finding. */
const PER_FINDING = 20;

async function run(args: Args): Promise<void> {
  const { path: source, maxPixels, seed, cell } = args;
  const pagePath = pagePathOf(args.html, args.out);
  const list = listImages(source, readingOf(args));
  refuseWithin(source, args.out);
  makeFolder(args.out, args.out);

  const examples = drawExamples(list, PER_ROW, seed);
  const { inspection, classes, suspicious, thumbnails } = await withProgress('inspecting', async (work) => {
    const reading = {
      maxPixels,
      thumbnail: cell,
      threads: args.threads,
      signal: work.signal,
      onRemark: work.onRemark,
    };
    const scan = await scanImages(list, {
      ...reading,
      examples: [...examples.values()].flat(),
      onProgress: work.onProgress,
    });
    const inspection = drawUp(list, scan);
    const suspicious = suspiciousGroups(inspection);
    const shown = [
      ...suspicious.flatMap((group) => group.shown),
      ...(pagePath === null
        ? []
        : findings(inspection, list).flatMap(({ images }) => images.slice(0, PER_FINDING))),
    ];
    const thumbnails = await addThumbnails(list, scan, shown, reading);
    return { inspection, classes: classGroups(inspection, examples), suspicious, thumbnails };
  });
  const sheet = join(args.out, 'contact-sheet.png');
  const groups = [...classes, ...suspicious];
  writeDurably(sheet, encodePng(inspectionSheet(groups, list, thumbnails, cell)));
  if (pagePath !== null) {
    const { inspectionPage } = await import('../../../report/inspection/inspectionPage.tsx');
    writeDurably(pagePath, inspectionPage({ source, list, inspection, groups: classes, thumbnails }));
  }

  if (args.json) {
    printJson({ ...inspectionJson(source, inspection, list), sheet, page: pagePath });
    return;
  }
  print(inspectionText(source, inspection, list));
  print(`\n${sheet}  ${groups.length} rows, up to ${PER_ROW} images in each`);
  if (pagePath !== null) print(`${pagePath}  the same as a page`);
}

export const inspect = (parser: Argv): Argv =>
  parser.command('inspect <path>', 'Show what a data set holds and what is wrong with it', builder, run);
