import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { digits } from '../../explain/written.ts';
import type { Check } from '../../lab/check.ts';
import { Fault } from '../parts/fault.tsx';
import { exact } from '../parts/numbers.ts';
import { Plot } from '../parts/plot.tsx';
import { device } from '../state/session.ts';
import { agreement, checks, chosen, errorsOf, hs, isChecking, isSmall } from './check.ts';

/** The gradient held to what happens when the weight is nudged. */
export function Checking() {
  return (
    <div class="checking" data-part="check">
      <button
        type="button"
        aria-expanded={isChecking.value}
        onClick={() => {
          isChecking.value = !isChecking.value;
        }}
      >
        Check it
      </button>{' '}
      <span class="faint">nudge the weight by h, run again, and compare</span>
      {isChecking.value && <Checked />}
    </div>
  );
}

function Checked() {
  const { float32, float64 } = checks.value;
  return (
    <>
      <Fault where="check" />
      <label class="checking-h">
        h = <output>{digits(hs[chosen.value])}</output>
        <input
          type="range"
          min="0"
          max={hs.length - 1}
          // To the right it grows.
          value={hs.length - 1 - chosen.value}
          aria-label="h, how far the weight is nudged"
          aria-valuetext={`h = ${digits(hs[chosen.value])}`}
          onInput={({ currentTarget }) => {
            chosen.value = hs.length - 1 - Number(currentTarget.value);
          }}
        />
      </label>
      {float32 === null ? (
        <p class="faint">It runs …</p>
      ) : (
        <>
          <Comparison float32={float32} float64={float64} />
          <Errors float32={float32} float64={float64} />
          <p>
            {summaryOf(float32)} With float32's seven digits the two losses soon agree in almost all of them,
            so for small h their difference is mostly rounding
            {isSmall() ? '; float64 has sixteen, and its curve turns much later.' : '.'}
          </p>
        </>
      )}
    </>
  );
}

interface Both {
  readonly float32: Check;
  readonly float64: Check | null;
}

/** The two losses, what follows of them, and what the gradient says, in each precision. */
function Comparison({ float32, float64 }: Both) {
  const kinds = [
    { name: `float32, ${device.value?.kind}`, check: float32 },
    ...(isSmall() ? [{ name: 'float64, cpu', check: float64 }] : []),
  ];
  const row = (name: string, of: (check: Check) => number, key?: string) => (
    <tr>
      <th scope="row">{name}</th>
      {kinds.map(({ name: kind, check }) => (
        <td key={kind} data-number={key && `${key}-${kind.slice(0, 7)}`}>
          {check === null ? '…' : exact(of(check))}
        </td>
      ))}
    </tr>
  );
  const at = chosen.value;
  const { quotient } = float32.nudges[at];
  const same = agreement(quotient, float32.gradient);
  return (
    <>
      <div class="checking-table">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">what</span>
              </th>
              {kinds.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {row('L(w + h)', ({ nudges }) => nudges[at].up)}
            {row('L(w − h)', ({ nudges }) => nudges[at].down)}
            {row('(L(w + h) − L(w − h)) / 2h', ({ nudges }) => nudges[at].quotient, 'quotient')}
            {row('gradient', ({ gradient }) => gradient, 'gradient')}
            {row('error', (check) => errorsOf(check)[at])}
          </tbody>
        </table>
      </div>
      <p aria-live="polite">
        {same === 0
          ? 'They do not agree at this h.'
          : `They agree in ${same === 15 ? 'all digits' : same === 1 ? 'one digit' : `${same} digits`}.`}
      </p>
    </>
  );
}

/** The h at which a check is best, in words. */
function summaryOf(check: Check): string {
  const errors = errorsOf(check);
  const best = errors.indexOf(Math.min(...errors));
  return `The error is least at h = ${digits(hs[best])}, ${digits(errors[best])}, and ${digits(errors.at(-1)!)} at h = ${digits(hs.at(-1)!)}.`;
}

/** uPlot wants x to grow; a logarithm of 0 is nowhere. */
const line = (numbers: readonly number[]): (number | null)[] =>
  numbers.map((n) => (n > 0 ? n : null)).toReversed();

/** The error over h, both on logarithmic axes. */
function Errors({ float32, float64 }: Both) {
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
