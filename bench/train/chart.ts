/** A training report as a chart: accuracy over time, a curve for each seed and device. */
import * as Plot from '@observablehq/plot';
import { colourOf, ink, picture } from '../../report/charts/picture.ts';
import { machineLine } from '../../report/machine.ts';
import { accuracyAxis, errorOf, secondsAxis } from '../accuracyAxis.ts';
import { settingsLine } from './report.ts';
import type { TrainReport, TrainRun } from './run.ts';
import { TARGETS } from './run.ts';

const [WIDTH, HEIGHT] = [960, 536];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, WIDTH - 90, 108, HEIGHT - 52];

export function chart(report: TrainReport): string {
  const { runs, devices } = report;
  const points = runs.flatMap((run, i) =>
    run.curve.map(({ seconds, accuracy }) => ({ run, i, seconds, error: errorOf(accuracy) })),
  );
  const accuracies = runs.flatMap(({ curve }) => curve.map(({ accuracy }) => accuracy));
  const axis = accuracyAxis(accuracies, TARGETS);

  const x = { domain: [0, Math.max(...points.map(({ seconds }) => seconds))] };
  const y = axis.scale;
  const colours = new Map(devices.map(({ device }, i) => [device, colourOf(i)]));
  const colour = ({ device }: TrainRun) => colours.get(device) ?? ink.faint;
  return picture({
    width: WIDTH,
    height: HEIGHT,
    margins: { left: LEFT, right: WIDTH - RIGHT, top: TOP, bottom: HEIGHT - BOTTOM },
    name: 'Test accuracy over the time of training',
    heading: [
      'Test accuracy over the time of training, a curve for each seed',
      settingsLine(report),
      machineLine(report.machine),
    ],
    devices,
    x: { ...x, axis: null },
    y,
    marks: [
      ...axis.marks,
      ...secondsAxis('training time, evaluations excluded'),
      Plot.line(points, {
        ...{ x: 'seconds', y: 'error', z: 'i', strokeWidth: 1.5 },
        stroke: ({ run }) => colour(run),
        title: ({ run }) => `${run.device}, seed ${run.seed}`,
      }),
      Plot.dot(points, { x: 'seconds', y: 'error', r: 2.5, stroke: 'none', fill: ({ run }) => colour(run) }),
      // On a rim of paper, so that a line behind it does not cross it out.
      Plot.text(
        names(
          runs,
          Plot.scale({ x: { ...x, range: [LEFT, RIGHT] } }),
          Plot.scale({ y: { ...y, range: [BOTTOM, TOP] } }),
        ),
        {
          ...{ x: 'x', y: 'y', textAnchor: 'start', fontSize: 11, stroke: ink.paper, strokeWidth: 4 },
          text: ({ run }) => `seed ${run.seed}`,
          fill: ({ run }) => colour(run),
        },
      ),
    ],
  });
}

/** The curves' names, to the right of all curves of their device, pushed apart where they would cover each other. */
function names(runs: readonly TrainRun[], x: Plot.Scale, y: Plot.Scale) {
  const endOf = ({ curve }: TrainRun) => curve[curve.length - 1];
  const placed: { readonly left: number; readonly top: number }[] = [];
  const downwards = [...runs].sort((a, b) => endOf(b).accuracy - endOf(a).accuracy);
  return downwards.map((run) => {
    const own = runs.filter(({ device }) => device === run.device);
    const left = x.apply(Math.max(...own.map((one) => endOf(one).seconds))) + 8;
    const inTheWay = placed.filter((other) => Math.abs(other.left - left) < 50);
    const top = Math.max(y.apply(errorOf(endOf(run).accuracy)), ...inTheWay.map((other) => other.top + 13));
    placed.push({ left, top });
    return { run, x: x.invert?.(left), y: y.invert?.(top) };
  });
}
