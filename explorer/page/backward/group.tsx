import { useLayoutEffect, useRef } from 'preact/hooks';
import { optionsOf } from '../forward/costs.ts';
import { inspect } from '../inspect/selection.ts';
import { ValueSheet } from '../inspect/valueSheet.tsx';
import { inWords } from '../inspect/words.ts';
import { exact } from '../parts/numbers.ts';
import { network } from '../state/session.ts';
import { selected, tape } from '../state/tape.ts';
import { followed, position, steps } from './position.ts';
import { type Group, type Made, type Step, valueName } from './steps.ts';
import { Story } from './story.tsx';
import { Updates } from './updates.tsx';
import { walkTo } from './walk.tsx';
import { Workings } from './workings.tsx';

/** The steps back through one layer. */
export function GroupOf({ group: { layer, phase, steps: own } }: { readonly group: Group }) {
  const spec = layer === null ? null : network.value?.layers[layer]?.spec;
  const id = `back-${phase}-${layer}`;
  return (
    <section class="layer" aria-labelledby={id}>
      <h3 id={id}>
        {spec ? (
          <>
            <span class="faint">{layer}</span> {spec.type} <small>{optionsOf(spec)}</small>
          </>
        ) : phase === 'update' ? (
          <>
            the update <small>each weight a little against its gradient</small>
          </>
        ) : (
          <>
            the loss <small>how wrong the shares of the classes are</small>
          </>
        )}
      </h3>
      {own.map((step) => (
        <StepOf key={step.launch} step={step} at={steps.value.indexOf(step)} isUpdate={phase === 'update'} />
      ))}
    </section>
  );
}

interface StepProps {
  readonly step: Step;
  readonly at: number;
  readonly isUpdate: boolean;
}

/** What an op makes on the way back; the step that is open says how. */
function StepOf({ step, at, isUpdate }: StepProps) {
  const isOpen = position.value === at;
  const [first] = step.made;
  const maps = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => bringPicked(maps.current!), [isOpen, selected.value]);
  return (
    <article
      class="backward-step"
      aria-current={isOpen ? 'step' : undefined}
      aria-label={`Step ${at + 1}: ${first.name}`}
    >
      <button type="button" class="backward-title" aria-expanded={isOpen} onClick={() => walkTo(at)}>
        <b>{first.name}</b>{' '}
        <small>
          {!isUpdate && `${first.use.shape.join('×')} `}by {step.op}
        </small>
      </button>
      <div ref={maps} data-part={isOpen ? 'gradient' : undefined}>
        {isUpdate
          ? isOpen && <Updates step={step} />
          : step.made.map(
              (made) => (made.isNamed || isOpen) && <Maps key={made.output} {...{ step, made, isOpen }} />,
            )}
      </div>
      {isOpen && <Open step={step} />}
    </article>
  );
}

/** Many maps scroll in their place: the number that is looked at is kept in sight there. */
function bringPicked(maps: HTMLElement): void {
  const picked = maps.querySelector<HTMLElement>('.tiles-picked');
  const room = picked?.closest<HTMLElement>('.tiles');
  if (!picked || !room) return;
  const [top, bottom] = [picked.offsetTop - MARGIN, picked.offsetTop + picked.offsetHeight + MARGIN];
  if (top < room.scrollTop) room.scrollTop = top;
  else if (bottom > room.scrollTop + room.clientHeight) room.scrollTop = bottom - room.clientHeight;
}

/** Around the number, in pixels: the line below the maps has room too. */
const MARGIN = 32;

function Maps({
  step,
  made,
  isOpen,
}: {
  readonly step: Step;
  readonly made: Made;
  readonly isOpen: boolean;
}) {
  const recorded = tape.value!;
  const { use, name, output } = made;
  const { data } = recorded.values[use.value];
  const most = largestAt(data);
  return (
    <>
      <ValueSheet use={use} name={`${name}: ${use.shape.join('×')} numbers`} />
      {isOpen && (
        <p class="backward-most">
          <button type="button" onClick={() => inspect({ launch: step.launch, output, index: most })}>
            The largest: {exact(data[most])}
          </button>{' '}
          <span class="faint">{inWords(recorded, use, most, recorded.launches[step.launch])}</span>
        </p>
      )}
    </>
  );
}

function largestAt(data: ArrayLike<number>): number {
  let most = 0;
  for (let i = 1; i < data.length; i++) if (Math.abs(data[i]) > Math.abs(data[most])) most = i;
  return most;
}

/** What the step takes, how it computes, and the weight that is followed. */
function Open({ step }: { readonly step: Step }) {
  const recorded = tape.value!;
  const { inputs, phase } = recorded.launches[step.launch];
  // To its update, a weight is followed from anywhere.
  const follows = followed.value !== null && (phase === 'update' || selected.value?.launch === step.launch);
  return (
    <>
      {phase === 'backward' && (
        <p class="backward-takes">
          <span class="faint">{step.op} takes</span>{' '}
          {inputs.map((use) => valueName(recorded, use)).join(' and ')}
        </p>
      )}
      {follows && <Story of={followed.value!} />}
      {phase === 'backward' && step.of.length === 0 && (
        <p>Forward, this layer only gives the same numbers another shape, and so does the way back.</p>
      )}
      <Workings step={step} />
    </>
  );
}
