/** A training report as a chart: accuracy over time, a curve for each seed and device. */
import * as Plot from '@observablehq/plot';
import { colourOf, ink, picture } from '../../report/charts/picture.ts';
import { machineLine } from '../../report/machine.ts';
import { settingsLine } from './report.ts';
import type { TrainReport, TrainRun } from './run.ts';
import { TARGETS } from './run.ts';

const [WIDTH, HEIGHT] = [960, 536];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, WIDTH - 90, 108, HEIGHT - 52];

/** Accuracies that the axis may name; it counts errors, so that 98 % to 99 % is as far as 96 % to 98 %. */
const NAMED = [0, 0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999];
const LEAST_ERROR = 0.0005;
const errorOf = (accuracy: number): number => Math.max(LEAST_ERROR, 1 - accuracy);

export function chart(report: TrainReport): string {
  const { runs, devices } = report;
  const points = runs.flatMap((run, i) =>
    run.curve.map(({ seconds, accuracy }) => ({ run, i, seconds, error: errorOf(accuracy) })),
  );
  const accuracies = runs.flatMap(({ curve }) => curve.map(({ accuracy }) => accuracy));
  const lowest = [...NAMED].reverse().find((named) => named <= Math.min(...accuracies)) ?? 0;
  const highest = Math.max(0.995, NAMED.find((named) => named >= Math.max(...accuracies)) ?? 1);
  const named = NAMED.filter((accuracy) => accuracy >= lowest && accuracy <= highest);
  const isTarget = (accuracy: number) => TARGETS.includes(accuracy);

  const x = { domain: [0, Math.max(...points.map(({ seconds }) => seconds))] };
  const y = { type: 'log' as const, domain: [errorOf(lowest), errorOf(highest)], axis: null };
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
      Plot.ruleY(named, { y: errorOf, stroke: (one) => (isTarget(one) ? ink.faint : ink.grid) }),
      Plot.text(named, {
        ...{ y: errorOf, frameAnchor: 'left', textAnchor: 'end', dx: -8 },
        text: (accuracy) => `${Number((100 * accuracy).toFixed(1))} %`,
        fill: (accuracy) => (isTarget(accuracy) ? ink.text : ink.faint),
      }),
      Plot.gridX({ ticks: 8, stroke: ink.grid, strokeOpacity: 1 }),
      Plot.axisX({
        ...{
          ticks: 8,
          tickSize: 0,
          tickPadding: 9,
          color: ink.faint,
          labelAnchor: 'center',
          labelArrow: 'none',
        },
        ...{ label: 'training time, evaluations excluded', labelOffset: 42 },
        tickFormat: (at: number) => `${Number(at.toPrecision(6))} s`,
      }),
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
