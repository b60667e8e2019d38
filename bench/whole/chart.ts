/** A report on whole trainings as a chart: a dot for each process, and a line through the medians of each device. */
import * as Plot from '@observablehq/plot';
import { grouped } from '../../pipeline/text/grouped.ts';
import { colourOf, ink, picture } from '../../report/charts/picture.ts';
import { machineLine } from '../../report/machine.ts';
import { accuracyAxis, errorOf, secondsAxis } from '../accuracyAxis.ts';
import { settingsLine } from './report.ts';
import type { WholeReport } from './run.ts';

const [WIDTH, HEIGHT] = [960, 536];
const margins = { left: 70, right: 90, top: 108, bottom: 52 };

/** Accuracies whose lines stand out. */
const TARGETS = [0.98, 0.99];

export function chart(report: WholeReport): string {
  const { runs, summaries, devices } = report;
  const axis = accuracyAxis(
    runs.map(({ accuracy }) => accuracy),
    TARGETS,
  );
  const colours = new Map(devices.map(({ device }, i) => [device, colourOf(i)]));
  const colour = ({ device }: { readonly device: string }) => colours.get(device) ?? ink.faint;
  const middles = summaries
    .map(({ seconds, accuracy, ...about }) => ({
      ...about,
      seconds: seconds.median,
      error: errorOf(accuracy.median),
    }))
    .sort((a, b) => a.seconds - b.seconds);
  return picture({
    ...{ width: WIDTH, height: HEIGHT, margins, devices },
    name: 'Test accuracy over the time from the start of the process to its end',
    heading: [
      'Test accuracy over the time from the start of the process to its end, a dot for each',
      settingsLine(report),
      machineLine(report.machine),
    ],
    x: { domain: [0, Math.max(...runs.map(({ seconds }) => seconds))], axis: null },
    y: axis.scale,
    marks: [
      ...axis.marks,
      ...secondsAxis('seconds from the start of the process'),
      Plot.line(middles, { x: 'seconds', y: 'error', z: 'device', stroke: colour, strokeWidth: 1.5 }),
      Plot.dot(runs, {
        ...{ x: 'seconds', r: 3, stroke: 'none', fill: colour, fillOpacity: 0.6 },
        y: ({ accuracy }) => errorOf(accuracy),
        title: ({ device, seed }) => `${device}, seed ${seed}`,
      }),
      Plot.text(middles, {
        ...{ x: 'seconds', y: 'error', textAnchor: 'start', dx: 10, dy: 4, fontSize: 11 },
        ...{ stroke: ink.paper, strokeWidth: 4, fill: colour },
        text: ({ limit }) => (limit === null ? 'all images' : `${grouped(limit)} images`),
      }),
    ],
  });
}
