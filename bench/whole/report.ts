/** The tables of a report on whole trainings, for a terminal and for Markdown. */

import { grouped } from '../../pipeline/text/grouped.ts';
import { percent, three } from '../../report/format.ts';
import { machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import type { WholeReport } from './run.ts';

const imagesOf = (limit: number | null): string => (limit === null ? 'all' : grouped(limit));

export const summaryHead = ['<device', 'images', 'median', 'slowest', 'median accuracy', 'least'];

/** One line for each device and number of images. */
export const summaryCells = ({ summaries }: WholeReport): string[][] =>
  summaries.map(({ device, limit, seconds, accuracy }) => [
    device,
    imagesOf(limit),
    `${three(seconds.median)} s`,
    `${three(seconds.most)} s`,
    percent(accuracy.median),
    percent(accuracy.least),
  ]);

export const runHead = ['<device', 'images', 'seed', 'whole', 'samples/s', 'accuracy'];

/** One line for each process. */
export const runCells = ({ runs }: WholeReport): string[][] =>
  runs.map(({ device, limit, seed, seconds, samplesPerSecond, accuracy }) => [
    device,
    imagesOf(limit),
    String(seed),
    `${three(seconds)} s`,
    three(samplesPerSecond),
    percent(accuracy),
  ]);

export const settingsLine = ({ config, settings }: WholeReport): string =>
  `train --config ${config}, a process for each seed (${settings.seeds.join(', ')})`;

/** What the numbers mean; a report that is read alone needs it. */
export const explanation: readonly string[] = [
  'Seconds are those from the start of the process until it is gone: with loading, compiling, the test and all files.',
  'The test images are looked at once, at the end of each process.',
];

export const markdown = (report: WholeReport): string =>
  [
    '# Whole trainings',
    `${settingsLine(report)}. ${machineLine(report.machine)}`,
    markdownTable(summaryHead, summaryCells(report)),
    markdownTable(runHead, runCells(report)),
    explanation.map((text) => `- ${text}`).join('\n'),
  ].join('\n\n');
