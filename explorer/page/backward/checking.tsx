import { useEffect } from 'preact/hooks';
import { digits } from '../../explain/written.ts';
import type { Check } from '../../lab/check.ts';
import { Fault } from '../parts/fault.tsx';
import { exact } from '../parts/numbers.ts';
import { device } from '../state/session.ts';
import { checked, chosen, isChecking, isRunning, isSmall, watchers } from './check.ts';
import { ErrorPlot } from './errorPlot.tsx';
import { type Both, errorsOf, hs, summaryOf, verdictOf } from './errors.ts';

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
  useEffect(() => {
    watchers.value++;
    return () => {
      watchers.value--;
    };
  }, []);
  const both = checked.value;
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
      {both === null ? (
        <p class="faint">It runs …</p>
      ) : (
        <div class={isRunning.value ? 'checking-before' : undefined} aria-busy={isRunning.value}>
          <Comparison {...both} />
          <ErrorPlot {...both} />
          <p>
            {summaryOf(both.float32)} With float32's seven digits the two losses soon agree in almost all of
            them, so for small h their difference is mostly rounding
            {isSmall() ? '; float64 has sixteen, and its curve turns much later.' : '.'}
          </p>
        </div>
      )}
    </>
  );
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
      <p aria-live="polite">{verdictOf({ float32, float64 }, at)}</p>
    </>
  );
}
