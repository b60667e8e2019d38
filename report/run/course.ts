/** How a run went, as curves over its epochs. */
import type { RunRecord } from '../../pipeline/node/runs/readRun.ts';
import { bestEpochOf } from '../../pipeline/node/runs/readRun.ts';
import { visible } from '../../pipeline/text/visible.ts';
import type { Curve } from '../charts/curve.ts';
import { curveChart } from '../charts/curve.ts';
import { percent } from '../format.ts';

/** The most points of a curve: more are not to be seen on a page, and make it large. */
const MOST_POINTS = 200;

type Point = readonly [x: number, y: number];

/** Values as points, each the mean of as many neighbours as are left out between two of them. */
function thinned(points: readonly Point[]): Point[] {
  const shown = Math.min(MOST_POINTS, points.length);
  return Array.from({ length: shown }, (_, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.floor((at * points.length) / shown));
    const some = points.slice(from, to);
    const mean = (of: 0 | 1) => some.reduce((sum, point) => sum + point[of], 0) / some.length;
    return [rounded(mean(0)), rounded(mean(1))];
  });
}

/** No more digits than a page shows. */
const rounded = (value: number): number => Number(value.toPrecision(5));

/**
 * The running mean of values: each weighs half as much after a fiftieth of the run, so that single batches do not hide
 * where it goes.
 */
function smoothed(points: readonly Point[]): Point[] {
  const decay = 0.5 ** (50 / Math.max(50, points.length));
  let [sum, weight] = [0, 0];
  return points.map(([x, y]) => {
    [sum, weight] = [decay * sum + y, decay * weight + 1];
    return [x, sum / weight];
  });
}

/** A chart of how runs went; in a page beside its title, or a file. */
export interface CourseChart {
  /** of its file, without ending */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

interface Kind {
  readonly file: string;
  readonly title: string;
  readonly y: string;
  readonly formatY?: (value: number) => string;
  /** whether equal factors lie equally far apart, where all values are above 0 */
  readonly isLog?: boolean;
  /** whether what a curve is called is to be read where it stands alone too */
  readonly isNamed?: boolean;
  readonly curves: (
    run: RunRecord,
  ) => readonly { readonly label: string; readonly points: readonly Point[] }[];
}

const kinds: readonly Kind[] = [
  {
    ...{ file: 'loss', title: 'Loss', y: 'loss', isLog: true },
    curves: (run) => [
      { label: 'training', points: thinned(smoothed(stepPoints(run, ({ loss }) => loss))) },
      { label: 'validation', points: epochPoints(run, 'loss') },
    ],
  },
  {
    ...{ file: 'accuracy', title: 'Accuracy', y: 'accuracy', formatY: (share) => percent(share, 0) },
    curves: (run) => [
      {
        label: 'training',
        points: thinned(smoothed(stepPoints(run, ({ correct, samples }) => correct / samples))),
      },
      { label: 'validation', points: epochPoints(run, 'accuracy') },
    ],
  },
  {
    ...{ file: 'rate', title: 'Learning rate', y: 'learning rate' },
    curves: (run) => [{ label: 'learning rate', points: thinned(stepPoints(run, ({ rate }) => rate)) }],
  },
  {
    ...{ file: 'norm', title: 'Norm of the gradients', y: 'norm' },
    curves: (run) => [
      {
        label: 'norm',
        points: thinned(smoothed(stepPoints(run, ({ norm }) => norm ?? Number.NaN))),
      },
    ],
  },
  {
    ...{ file: 'throughput', title: 'Throughput', y: 'images per second', isNamed: true },
    curves: throughputOf,
  },
];

/** A curve for each device that it was trained on. */
function throughputOf({ timings }: RunRecord) {
  const devices = [...new Set(timings.map(({ device }) => device))];
  return devices.map((device) => ({
    label: `on ${visible(device)}`,
    points: timings
      .filter((timing) => timing.device === device && timing.seconds > 0)
      .map(({ epoch, images, seconds }): Point => [epoch, rounded(images / seconds)]),
  }));
}

/** Steps as places along the epochs, so that runs of other batches lie over each other. */
function stepPoints({ config, steps }: RunRecord, of: (step: RunRecord['steps'][number]) => number): Point[] {
  const perEpoch = Math.max(1, Math.ceil(config.data.images.train / config.settings.batch));
  return steps.map((step): Point => [step.step / perEpoch, of(step)]).filter(([, y]) => Number.isFinite(y));
}

const epochPoints = ({ epochs }: RunRecord, of: 'loss' | 'accuracy'): Point[] =>
  epochs.map(({ epoch, validation }): Point => [epoch, validation[of]]).filter(([, y]) => Number.isFinite(y));

/** The charts of one run, or of several over each other: a colour for each, the validation of each dashed. */
export function courseCharts(runs: readonly RunRecord[]): CourseChart[] {
  const best = runs.length === 1 ? bestEpochOf(runs[0]) : null;
  return kinds.flatMap(({ curves, ...kind }) => {
    const drawn: Curve[] = runs.flatMap((run, at) =>
      curves(run).flatMap((curve, i) => {
        if (curve.points.length === 0) return [];
        if (runs.length === 1) return [{ ...curve, colour: i }];
        const label = i === 0 && !kind.isNamed ? run.name : `${run.name}, ${curve.label}`;
        return [{ ...curve, label, colour: at, isDashed: i > 0 }];
      }),
    );
    if (drawn.length === 0) return [];
    const { file, title, y, formatY } = kind;
    const svg = curveChart(drawn, {
      ...{
        name: `${title} over the epochs`,
        x: 'epoch',
        y,
        isNamed: runs.length > 1 || kind.isNamed === true,
      },
      // What a late epoch brings is small beside what the first did.
      logY: kind.isLog === true && drawn.every(({ points }) => points.every(([, value]) => value > 0)),
      ...(formatY && { formatY }),
      ...(best && { marked: [best.epoch, `best: epoch ${best.epoch}`] as const }),
    });
    return [{ file, title, svg }];
  });
}
