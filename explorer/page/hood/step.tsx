import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { PlanRow } from '../../../engine/devices/plan.ts';
import type { Timeline } from '../../lab/hood/timeline.ts';
import { Fault } from '../parts/fault.tsx';
import { lab } from '../state/lab.ts';
import { attempt, device, network } from '../state/session.ts';
import { Sources } from './sources.tsx';

/** What was measured, of which network on which device. */
const measured = signal<{ readonly of: string; readonly timeline: Timeline | null } | null>(null);
const isMeasuring = signal(false);

const here = (): string => `${network.value?.name} on ${device.value?.adapter}`;

/** Records and times the step of the network at hand. */
export const measure = async () => {
  if (isMeasuring.value) return;
  isMeasuring.value = true;
  await attempt('step', async () => {
    const of = here();
    measured.value = { of, timeline: await lab.timeline() };
  });
  isMeasuring.value = false;
};

/** A training step as the device runs it: its launches in time, and the source of each. */
export function Step() {
  const { value } = measured;
  const isOld = value !== null && value.of !== here();
  return (
    <section class="step" aria-label="A training step, launch by launch" data-part="launches">
      <h2>A training step, launch by launch</h2>
      <p>
        The step is recorded once and replayed: one list of launches, with all its memory planned. Here they
        are, with the time that each takes.
      </p>
      <p>
        <button
          type="button"
          disabled={isMeasuring.value || network.value === null}
          onClick={() => void measure()}
        >
          {isMeasuring.value ? 'measuring …' : value === null ? 'Record and time it' : 'Again'}
        </button>{' '}
        {isOld && <span class="faint">This was {value.of}.</span>}
      </p>
      <Fault where="step" />
      {value !== null && (value.timeline === null ? <Nothing /> : <Launches timeline={value.timeline} />)}
    </section>
  );
}

const Nothing = () => (
  <p class="faint">
    This device notes no launches: each op runs at once, in JavaScript. Choose wasm or webgpu above.
  </p>
);

const short = (n: number): string =>
  Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(n);

function Launches({ timeline: { plan, timed, batch, ceiling } }: { timeline: Timeline }) {
  const rows = timed ?? plan.rows;
  const [open, setOpen] = useState<number | null>(null);
  const whole = rows.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0);
  const share = ({ flops, bytes, milliseconds }: PlanRow): number | null => {
    if (milliseconds === undefined || milliseconds === 0) return null;
    const least = Math.max(flops / ceiling.flops, bytes / ceiling.bytes) * 1000;
    return least / milliseconds;
  };
  return (
    <>
      <p class="faint">
        {rows.length} launches for {batch} images
        {timed ? `, ${whole.toFixed(2)} ms` : '; this device has no clock for single launches'}. This machine
        at its best: {(ceiling.flops / 1e9).toFixed(0)} GFLOP/s, {(ceiling.bytes / 1e9).toFixed(0)} GB/s.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled by keyboard too */}
      <section class="scroll" aria-label="Launches" tabIndex={0}>
        <table class="launches">
          <thead>
            <tr>
              <th scope="col">op</th>
              <th scope="col">shapes</th>
              <th scope="col">FLOP</th>
              <th scope="col">bytes</th>
              {timed && <th scope="col">ms</th>}
              {timed && (
                <th
                  scope="col"
                  title="The least time that its operations and bytes need here, over the time it took"
                >
                  of the ceiling
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => {
              const part = share(row);
              return (
                <tr key={i} class={open === i ? 'open' : ''}>
                  <th scope="row">
                    <button
                      type="button"
                      class="quiet"
                      aria-expanded={open === i}
                      onClick={() => setOpen(open === i ? null : i)}
                    >
                      {row.op}
                    </button>{' '}
                    <small>{row.note}</small>
                  </th>
                  <td>{row.shapes}</td>
                  <td class="number">{short(row.flops)}</td>
                  <td class="number">{short(row.bytes)}</td>
                  {timed && (
                    <td class="number">
                      <span class="time" style={{ '--part': (row.milliseconds ?? 0) / longest(rows) }} />
                      {row.milliseconds?.toFixed(3)}
                    </td>
                  )}
                  {timed && (
                    <td class="number">{part === null ? '' : `${Math.round(100 * Math.min(1, part))} %`}</td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {open !== null && <Sources op={rows[open].op} />}
    </>
  );
}

const longest = (rows: readonly PlanRow[]): number =>
  Math.max(1e-9, ...rows.map(({ milliseconds = 0 }) => milliseconds));
