import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { StepRecord } from '../../../pipeline/train/records.ts';
import { epochs, records, steps } from '../state/training.ts';
import { type EpochEnd, type Series, seriesOf, summaryOf } from './series.ts';

/** Milliseconds between two drawings of the curves. */
const PAUSE = 150;

/** What curves are drawn of; they are drawn anew where a signal in it changes. */
export type CourseOf = () => {
  readonly records: readonly StepRecord[];
  readonly epochs: readonly EpochEnd[];
};

/** The training that is under way. */
const live: CourseOf = () => {
  // The list grows in place.
  void steps.value;
  return { records, epochs: epochs.value };
};

/** Loss and accuracy over the steps. */
export const Curves = ({ course = live }: { course?: CourseOf }) => (
  <section aria-label="Curves" data-part="curves" class="train-curves">
    <Summary course={course} />
    <div class="train-plots">
      <Curve
        course={course}
        title="Loss"
        of={({ steps, loss, validationLoss }) => [steps, loss, validationLoss]}
      />
      <Curve
        course={course}
        title="Accuracy"
        range={[0, 1]}
        of={({ steps, accuracy, validationAccuracy }) => [steps, accuracy, validationAccuracy]}
      />
    </div>
  </section>
);

function Summary({ course }: { course: CourseOf }) {
  const { records, epochs } = course();
  return <p class="train-summary">{summaryOf(records, epochs)}</p>;
}

interface CurveProps {
  readonly course: CourseOf;
  readonly title: string;
  readonly range?: [number, number];
  readonly of: (series: Series) => uPlot.AlignedData;
}

/** Two lines: of the steps, and of validation. */
function Curve({ course, title, range, of }: CurveProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current!;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    let plot: uPlot | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    let isLog = false;
    const series = () => {
      const { records, epochs } = course();
      return of(seriesOf(records, epochs));
    };
    const draw = () => {
      timer = undefined;
      const data = series();
      if (range === undefined && isWide(data) !== isLog) void put();
      else plot?.setData(data);
    };
    const put = async () => {
      const { default: Plot } = await import('uplot');
      if (isGone) return;
      plot?.destroy();
      const size = { width: element.clientWidth, height: 200 };
      const data = series();
      isLog = range === undefined && isWide(data);
      plot = new Plot(optionsOf(title, size, range, isLog), data, element);
    };
    void put();
    scheme.addEventListener('change', put);
    const resize = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: 200 }));
    resize.observe(element);
    const stop = effect(() => {
      course();
      timer ??= setTimeout(draw, PAUSE);
    });
    return () => {
      isGone = true;
      stop();
      clearTimeout(timer);
      resize.disconnect();
      scheme.removeEventListener('change', put);
      plot?.destroy();
    };
  }, []);
  return (
    <div ref={frame} class="train-plot" role="img" aria-label={`${title} over the steps, as said above`} />
  );
}

/** A loss that is so many times a usual one hides all others, but on an axis of powers of ten. */
const EXPLODED = 30;

const isWide = ([, ...lines]: uPlot.AlignedData): boolean =>
  lines.some((line) => (line as (number | null)[]).some((value) => value !== null && value > EXPLODED));

function optionsOf(
  title: string,
  size: { width: number; height: number },
  range: [number, number] | undefined,
  isLog: boolean,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour('faint'),
    grid: { stroke: colour('rule'), width: 1 },
    ticks: { stroke: colour('rule'), width: 1 },
  };
  const percent = (_: uPlot, values: number[]) => values.map((value) => `${Math.round(100 * value)} %`);
  const said = (value: number | null) =>
    value == null ? '–' : range === undefined ? value.toPrecision(3) : `${(100 * value).toFixed(1)} %`;
  return {
    ...size,
    title,
    scales: { x: { time: false }, y: range !== undefined ? { range } : isLog ? { distr: 3 } : {} },
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
    axes: [axis, { ...axis, size: 60, ...(range && { values: percent }) }],
    series: [
      { label: 'step' },
      { label: 'training', stroke: colour('first'), width: 1.5, value: (_, value) => said(value) },
      {
        label: 'validation',
        stroke: colour('second'),
        width: 2,
        spanGaps: true,
        points: { show: true, size: 7, fill: colour('second') },
        value: (_, value) => said(value),
      },
    ],
  };
}
