/** The axis of accuracies that charts of training share; it counts errors, so that 98 % to 99 % is as far as 96 % to 98 %. */
import * as Plot from '@observablehq/plot';
import { ink } from '../report/charts/picture.ts';

/** Accuracies that the axis may name. */
const NAMED = [0, 0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999];
const LEAST_ERROR = 0.0005;

/** Where an accuracy lies on the axis. */
export const errorOf = (accuracy: number): number => Math.max(LEAST_ERROR, 1 - accuracy);

/**
 * A scale that has room for all of these accuracies, with its lines and what they are called.
 *
 * @param targets accuracies whose lines stand out
 */
export function accuracyAxis(accuracies: readonly number[], targets: readonly number[]) {
  const lowest = [...NAMED].reverse().find((named) => named <= Math.min(...accuracies)) ?? 0;
  const highest = Math.max(0.995, NAMED.find((named) => named >= Math.max(...accuracies)) ?? 1);
  const named = NAMED.filter((accuracy) => accuracy >= lowest && accuracy <= highest);
  const isTarget = (accuracy: number) => targets.includes(accuracy);
  return {
    scale: { type: 'log' as const, domain: [errorOf(lowest), errorOf(highest)], axis: null },
    marks: [
      Plot.ruleY(named, { y: errorOf, stroke: (one) => (isTarget(one) ? ink.faint : ink.grid) }),
      Plot.text(named, {
        ...{ y: errorOf, frameAnchor: 'left', textAnchor: 'end', dx: -8 },
        text: (accuracy) => `${Number((100 * accuracy).toFixed(1))} %`,
        fill: (accuracy) => (isTarget(accuracy) ? ink.text : ink.faint),
      }),
    ],
  };
}

/** The axis of seconds below, with its lines. */
export const secondsAxis = (label: string): Plot.Markish[] => [
  Plot.gridX({ ticks: 8, stroke: ink.grid, strokeOpacity: 1 }),
  Plot.axisX({
    ...{ ticks: 8, tickSize: 0, tickPadding: 9, color: ink.faint, labelAnchor: 'center', labelArrow: 'none' },
    ...{ label, labelOffset: 42 },
    tickFormat: (at: number) => `${Number(at.toPrecision(6))} s`,
  }),
];
