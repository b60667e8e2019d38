/** A training report as a chart: accuracy over time, a curve for each seed and device. */
import {
  colourOf,
  element,
  ink,
  label,
  legend,
  line,
  linear,
  logarithmic,
  picture,
  ticks,
  title,
} from '../../report/charts/svg.ts';
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
  const points = runs.flatMap(({ curve }) => curve);
  const seconds = Math.max(...points.map((point) => point.seconds));
  const accuracies = points.map(({ accuracy }) => accuracy);
  const lowest = [...NAMED].reverse().find((named) => named <= Math.min(...accuracies)) ?? 0;
  const highest = Math.max(0.995, NAMED.find((named) => named >= Math.max(...accuracies)) ?? 1);
  const x = linear(0, seconds, LEFT, RIGHT);
  const errors = logarithmic(errorOf(lowest), errorOf(highest), BOTTOM, TOP);
  const y = (accuracy: number) => errors(errorOf(accuracy));

  const rows = NAMED.filter((named) => named >= lowest && named <= highest).flatMap((named) => {
    const isTarget = TARGETS.includes(named);
    const text = `${Number((100 * named).toFixed(1))} %`;
    return [
      line(LEFT, y(named), RIGHT, y(named), isTarget ? ink.faint : ink.grid),
      label(LEFT - 8, y(named) + 4, text, { 'text-anchor': 'end', fill: isTarget ? ink.text : ink.faint }),
    ];
  });
  const columns = ticks(seconds).flatMap((at) => [
    line(x(at), TOP, x(at), BOTTOM, ink.grid),
    label(x(at), BOTTOM + 18, `${Number(at.toPrecision(6))} s`, { 'text-anchor': 'middle', fill: ink.faint }),
  ]);
  const colours = new Map(devices.map(({ device }, i) => [device, colourOf(i)]));
  return picture(
    WIDTH,
    HEIGHT,
    'Test accuracy over the time of training',
    label(16, 24, 'Test accuracy over the time of training, a curve for each seed', {
      'font-size': 15,
      'font-weight': 600,
    }),
    label(16, 42, settingsLine(report), { fill: ink.faint, 'font-size': 11 }),
    label(16, 58, machineLine(report.machine), { fill: ink.faint, 'font-size': 11 }),
    ...legend(81, devices),
    ...rows,
    ...columns,
    label((LEFT + RIGHT) / 2, HEIGHT - 14, 'training time, evaluations excluded', {
      'text-anchor': 'middle',
      fill: ink.faint,
    }),
    ...runs.map((run) => curve(run, x, y, colours.get(run.device) ?? ink.faint)),
    ...names(runs, x, y, colours),
  );
}

function curve(
  { device, seed, curve: points }: TrainRun,
  x: (seconds: number) => number,
  y: (accuracy: number) => number,
  colour: string,
): string {
  const places = points.map((point) => [x(point.seconds), y(point.accuracy)] as const);
  const path = places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
  return element(
    'g',
    {},
    title(`${device}, seed ${seed}`),
    element('polyline', { class: 'curve', points: path, fill: 'none', stroke: colour, 'stroke-width': 1.5 }),
    ...places.map(([cx, cy]) => element('circle', { cx, cy, r: 2.5, fill: colour })),
  );
}

/** The curves' names, to the right of all curves of their device, pushed apart where they would cover each other. */
function names(
  runs: readonly TrainRun[],
  x: (seconds: number) => number,
  y: (accuracy: number) => number,
  colours: ReadonlyMap<string, string>,
): string[] {
  const endOf = ({ curve: points }: TrainRun) => points[points.length - 1];
  const placed: { readonly x: number; readonly y: number }[] = [];
  const downwards = [...runs].sort((a, b) => endOf(b).accuracy - endOf(a).accuracy);
  // On a rim of paper, so that a line behind it does not cross it out.
  const rim = { stroke: ink.paper, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' };
  return downwards.map((run) => {
    const own = runs.filter(({ device }) => device === run.device);
    const left = x(Math.max(...own.map((one) => endOf(one).seconds))) + 8;
    const inTheWay = placed.filter((other) => Math.abs(other.x - left) < 50);
    const top = Math.max(y(endOf(run).accuracy) + 4, ...inTheWay.map((other) => other.y + 13));
    placed.push({ x: left, y: top });
    const fill = colours.get(run.device) ?? ink.text;
    return label(left, top, `seed ${run.seed}`, { fill, 'font-size': 11, ...rim });
  });
}
