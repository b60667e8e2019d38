/** The tables of a training report, for a terminal and for Markdown. */

import { grouped } from '../../pipeline/text/grouped.ts';
import { percent, three } from '../../report/format.ts';
import { machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import { median } from '../timing.ts';
import type { TrainReport, TrainRun } from './run.ts';
import { TARGETS } from './run.ts';

const targetHead = TARGETS.map((target) => `to ${percent(target, 0)}`);

export const runHead = ['<device', 'seed', 'samples/s', 'ms/step', '95th', ...targetHead, 'at the end'];

/** One line for each device and seed. */
export const runCells = ({ runs }: TrainReport): string[][] =>
  runs.map((run) => [
    run.device,
    String(run.seed),
    three(run.samplesPerSecond),
    three(run.stepMs.median),
    three(run.stepMs.p95),
    ...run.reached.map(({ seconds }) => (seconds === null ? '–' : `${three(seconds)} s`)),
    percent(run.curve[run.curve.length - 1].accuracy, 2),
  ]);

export const summaryHead = ['<device', '<adapter', 'samples/s', 'ms/step', '95th', ...targetHead];

/** One line for each device: medians over its seeds. */
export const summaryCells = ({ devices, runs }: TrainReport): string[][] =>
  devices.map(({ device, adapter }) => {
    const own = runs.filter((run) => run.device === device);
    const middle = (of: (run: TrainRun) => number) => three(median(own.map(of)));
    return [
      device,
      adapter,
      middle((run) => run.samplesPerSecond),
      middle((run) => run.stepMs.median),
      middle((run) => run.stepMs.p95),
      ...TARGETS.map((_, i) => timeOverSeeds(own.map(({ reached }) => reached[i].seconds))),
    ];
  });

/** The median over seeds; where some did not get there, how many did. */
export function timeOverSeeds(times: readonly (number | null)[]): string {
  const reached = times.filter((time) => time !== null);
  if (reached.length === 0) return '–';
  // A seed that did not get there would have taken longer than all: leaving it out would flatter the median.
  if (reached.length < times.length) return `${reached.length} of ${times.length}`;
  return `${three(median(reached))} s`;
}

export const settingsLine = ({ model, data, settings }: TrainReport): string =>
  `${model} on ${data.source}: ${grouped(data.train)} training images, ` +
  `${settings.epochs} ${settings.epochs === 1 ? 'epoch' : 'epochs'} of batches of ${settings.batch}, ` +
  `Adam with a one-cycle rate up to ${settings.lr}`;

/** What the numbers mean; a report that is read alone needs it. */
export const explanation = ({ data, settings }: TrainReport): string[] => [
  `The ${grouped(data.test)} test images are evaluated every ${settings.every} steps and after the last; ` +
    'the time to an accuracy is that of the first evaluation which reached it.',
  'Time is that of training alone, with what is compiled and copied to the device for it; evaluations stop the clock.',
  'ms/step is the median and the 95th percentile; where losses are read every few steps, a step has their mean.',
  'A line of a device has the medians over its seeds; where not all of them reached an accuracy, how many did.',
];

export const markdown = (report: TrainReport): string =>
  [
    '# Training',
    `${settingsLine(report)}. ${machineLine(report.machine)}`,
    markdownTable(summaryHead, summaryCells(report)),
    markdownTable(runHead, runCells(report)),
    explanation(report)
      .map((text) => `- ${text}`)
      .join('\n'),
  ].join('\n\n');
