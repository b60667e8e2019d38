import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { sizeOf } from '../../../engine/shape.ts';
import { nameOf } from '../../explain/names.ts';
import { digits, factor } from '../../explain/written.ts';
import { Fault } from '../parts/fault.tsx';
import { exact } from '../parts/numbers.ts';
import { network, picture } from '../state/session.ts';
import { readers, selected, tape } from '../state/tape.ts';
import { Code } from './code.tsx';
import { Contributions } from './contributions.tsx';
import { type Explained, explained } from './explained.ts';
import { frameOf } from './frames.ts';
import { loadOpPages, nameOfOperand } from './pages.ts';
import { PartLink } from './part.tsx';
import { PictureReach } from './picture.tsx';
import { Player, playerKey } from './player.tsx';
import { Products } from './products.tsx';
import { back, canGoBack, close, inspect, playing } from './selection.ts';
import { meetsInRow, Shares } from './shares.tsx';
import { Terms } from './terms.tsx';
import { inWords } from './words.ts';

/** Where the space bar and arrows do something of their own. */
const keyed = 'button, input, select, summary, pre, [role=grid]';

/** How one number of the tape came to be. */
export function Inspector() {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    readers.value++;
    loadOpPages();
    document.addEventListener('keydown', onEscape);
    return () => {
      readers.value--;
      document.removeEventListener('keydown', onEscape);
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target as Element).closest(keyed) && playerKey(event.key)) event.preventDefault();
  };
  // What is gone on to begins at its top, and the focus does not stay with what is gone.
  useLayoutEffect(() => {
    const { activeElement } = document;
    panel.current!.parentElement!.scrollTop = 0;
    if (activeElement === null || activeElement === document.body)
      panel.current!.focus({ preventScroll: true });
  }, [selected.value?.launch, selected.value?.output]);
  const found = explained.value;
  return (
    <aside
      class="inspector"
      data-part="inspector"
      aria-label="One number"
      ref={panel}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div class="inspector-bar">
        <button type="button" disabled={!canGoBack.value} onClick={back}>
          ← Back
        </button>
        <h3>{found === null ? 'One number' : titleOf(found)}</h3>
        <button type="button" aria-label="Close" onClick={close}>
          ✕
        </button>
      </div>
      <Fault where="tape" />
      <Fault where="pages" />
      {found === null ? <p class="faint">{waitingFor()}</p> : <One of={found} />}
    </aside>
  );
}

/** Wherever the focus is. */
function onEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape' && !event.defaultPrevented) close();
}

const waitingFor = (): string =>
  picture.value === null
    ? 'Draw a digit: then each number can be followed.'
    : tape.value === null
      ? 'A step is being recorded …'
      : 'Choose a number of any map.';

function titleOf({ launch }: Explained): string {
  const type = launch.layer === null ? undefined : network.value?.layers[launch.layer]?.spec.type;
  const where = type === undefined ? 'loss' : `layer ${launch.layer}, ${type}`;
  if (launch.phase === 'update') return `${launch.op}, the update`;
  const op = launch.op === type ? where : `${launch.op} · ${where}`;
  return launch.phase === 'backward' ? `${op}, backward` : op;
}

function One({ of }: { readonly of: Explained }) {
  const { launch, output, use, index, explanation, ran, tape: recorded } = of;
  const frame = frameOf(ran, explanation.terms);
  const name = nameOf(nameOfOperand(launch.op, 'outputs', output), use.shape, index);
  return (
    <>
      <p class="one" aria-live={playing.value ? 'off' : 'polite'}>
        <var>{name}</var> <b>{digits(explanation.value)}</b>
        <span class="faint">{inWords(recorded, use, index, launch)}</span>
      </p>
      <PassedOn of={of} />
      <Player />
      <PictureReach tape={recorded} />
      {frame !== null && <Products of={of} frame={frame} />}
      {meetsInRow(launch.op) && <Shares of={of} />}
      <Sum of={of} frame={frame} />
      <Contributions of={of} />
      {!meetsInRow(launch.op) && <Terms of={of} />}
      <Siblings of={of} />
      <Code op={launch.op} />
    </>
  );
}

/** Layers such as flatten run no op: what they give on is what they were given. */
function PassedOn({ of: { tape: recorded, launch, use } }: { readonly of: Explained }) {
  const later = [...recorded.layers.entries()].filter(
    ([at, { output }]) => launch.layer !== null && at > launch.layer && output.value === use.value,
  );
  if (launch.phase !== 'forward') return null;
  return (
    <>
      {later.map(([at]) => (
        <p key={at} class="faint">
          Layer {at}, {network.value?.layers[at].spec.type}, passes it on as it is.
        </p>
      ))}
    </>
  );
}

/** Beyond what rounding to float32 on the way explains. */
const DIFFERS = 1e-5;

/** The line that ends in the number: channel by channel where there are some, then what is added, and what the engine has. */
function Sum({ of, frame }: { readonly of: Explained; readonly frame: ReturnType<typeof frameOf> }) {
  const { written, result, value, terms, how, then } = of.explanation;
  const size = terms.reduce((most, term) => Math.max(most, Math.abs(term.value)), 1);
  const differs = !(Math.abs(result - value) <= DIFFERS * size || Object.is(result, value));
  return (
    <section class="sum" aria-label="The sum">
      {frame !== null && how === 'sum' && frame.rest.length + frame.groups.length > 1 && (
        <p>
          {frame.groups.map((group, i) => (
            <span key={group.at}>
              {i > 0 && ' + '}
              <span class="sum-group" title={`${frame.axis} ${group.at}`}>
                {i > 0 ? factor(group.sum) : digits(group.sum)}
              </span>
            </span>
          ))}
          {frame.rest.map((term) => (
            <span key={term.parts[0].index}>
              {' + '}
              <PartLink of={of} part={term.parts[0]} />
            </span>
          ))}
        </p>
      )}
      <p class="written">{written}</p>
      {then === 'relu' && <p class="faint">Below 0 it would be 0.</p>}
      <dl class="check">
        <dt>by hand</dt>
        <dd data-number="by-hand">{exact(result)}</dd>
        <dt>engine</dt>
        <dd data-number="engine">{exact(value)}</dd>
      </dl>
      {differs && (
        <p class="fault" role="status">
          They differ by {digits(Math.abs(result - value))}, which is more than rounding does.
        </p>
      )}
    </section>
  );
}

/** All ops of the same layer and phase: a layer such as a batch norm is several. */
function Siblings({ of }: { readonly of: Explained }) {
  const { tape: recorded, launch, index, use } = of;
  const same = [...recorded.launches.entries()].filter(
    ([, { layer, phase }]) => layer === launch.layer && phase === launch.phase,
  );
  if (same.length < 2) return null;
  return (
    <details class="siblings" open={same.length <= 10}>
      <summary>
        {same.length} ops of {launch.layer === null ? 'this part' : 'this layer'}
      </summary>
      <ol>
        {same.map(([at, { op, outputs }]) => {
          const [first] = outputs;
          const alike = first.shape.join() === use.shape.join();
          const there = alike ? index : Math.min(index, sizeOf(first.shape) - 1);
          const here = at === selected.value?.launch;
          return (
            <li key={at}>
              <button
                type="button"
                aria-current={here ? 'step' : undefined}
                onClick={() => !here && inspect({ launch: at, output: 0, index: alike ? there : 0 })}
              >
                {op} <small>{first.shape.join('×') || 'one number'}</small>
                {alike && <span class="figure">{digits(recorded.values[first.value].data[there])}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </details>
  );
}
