import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { Plot } from '../parts/plot.tsx';
import { chosen, isSmall } from './check.ts';
import { type Both, errorsOf, hs, summaryOf } from './errors.ts';

/** uPlot wants x to grow; a logarithm of 0 is nowhere. */
const line = (numbers: readonly number[]): (number | null)[] =>
  numbers.map((n) => (n > 0 ? n : null)).toReversed();

/** The error over h, both on logarithmic axes. */
export function ErrorPlot({ float32, float64 }: Both) {
  const at = chosen.value;
  const data = useMemo((): uPlot.AlignedData => {
    const [single, double] = [float32, float64].map((check) =>
      check === null ? hs.map(() => null) : line(errorsOf(check)),
    );
    const only = (values: (number | null)[]) => values.map((n, i) => (i === hs.length - 1 - at ? n : null));
    const size = Math.abs(float32.gradient);
    return [hs.toReversed(), single, double, hs.map(() => size || null), only(single), only(double)];
  }, [float32, float64, at]);
  return (
    <figure>
      <Plot data={data} options={optionsOf} height={220} name={`The error over h. ${summaryOf(float32)}`} />
      <figcaption class="checking-legend">
        <span class="float32">float32</span>
        {isSmall() && <span class="float64">float64</span>}
        <span class="size">the gradient's own size: an error above it leaves no digit</span>
      </figcaption>
    </figure>
  );
}

/** Powers of ten that an axis has room for. */
const ROOM = 8;

function powers(least: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(most) + 1e-9)];
  const apart = Math.max(1, Math.ceil((last - first + 1) / ROOM));
  return Array.from({ length: Math.floor((last - first) / apart) + 1 }, (_, i) => 10 ** (first + i * apart));
}

/** 0.001 → `10⁻³` */
function power(n: number): string {
  const exponent = Math.round(Math.log10(n));
  return `10${[...`${exponent}`].map((sign) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(sign)]).join('')}`;
}

function optionsOf(colour: (name: string) => string): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = (label: string): uPlot.Axis => ({
    label,
    stroke: colour('faint'),
    grid: { stroke: colour('rule'), width: 1 },
    ticks: { stroke: colour('rule'), width: 1 },
    splits: (_, __, least, most) => powers(least, most),
    // uPlot's own leaves out some of a logarithmic axis.
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map(power),
  });
  const point = (name: string): uPlot.Series => ({
    stroke: colour(name),
    points: { show: true, size: 10, fill: colour(name) },
  });
  return {
    scales: { x: { time: false, distr: 3 }, y: { distr: 3 } },
    legend: { show: false },
    cursor: { show: false },
    axes: [
      { ...axis('h'), labelSize: 20, size: 32 },
      { ...axis('error'), labelSize: 20, size: 48 },
    ],
    series: [
      {},
      { stroke: colour('first'), width: 2, points: { show: false } },
      { stroke: colour('second'), width: 2, points: { show: false } },
      { stroke: colour('faint'), width: 1, dash: [4, 4], points: { show: false } },
      point('first'),
      point('second'),
    ],
  };
}
