import { network } from '../state/session.ts';
import { groups, position, steps, stepTo } from './position.ts';

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Brings the open step into sight. */
function show(): void {
  requestAnimationFrame(() => {
    const open = document.querySelector('.backward-step[aria-current]');
    open?.scrollIntoView({ block: 'nearest', behavior: isStill() ? 'auto' : 'smooth' });
  });
}

/** Opens a step and brings it into sight. */
export function walkTo(next: number): void {
  if (stepTo(next)) show();
}

const keys: Readonly<Record<string, () => number>> = {
  ArrowLeft: () => position.value - 1,
  ArrowUp: () => position.value - 1,
  ArrowRight: () => position.value + 1,
  ArrowDown: () => position.value + 1,
  Home: () => 0,
  End: () => steps.value.length - 1,
};

/** Arrows go from step to step where the focus is on one, or on the control. */
export function walkKey(event: KeyboardEvent): void {
  const next = keys[event.key];
  const target = event.target as HTMLElement;
  if (next === undefined || !target.matches('.backward-title, .walk button')) return;
  event.preventDefault();
  walkTo(next());
  // The focus goes along from title to title.
  if (target.matches('.backward-title')) {
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>('.backward-step[aria-current] .backward-title')
        ?.focus({ preventScroll: true }),
    );
  }
}

/** What a group of steps goes back through. */
export function placeOf(layer: number | null, phase: 'backward' | 'update'): string {
  if (phase === 'update') return 'the update';
  if (layer === null) return 'the loss';
  return `layer ${layer}, ${network.value?.layers[layer]?.spec.type}`;
}

/** Goes through the steps one after the other. */
export function Walk() {
  const [at, all] = [position.value, steps.value];
  const step = all[at];
  const group = groups.value.find((each) => each.steps.includes(step));
  if (step === undefined || group === undefined) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in
    <div class="walk" role="group" aria-label="Step by step" onKeyDown={walkKey}>
      <button type="button" disabled={at === 0} aria-label="The step before" onClick={() => walkTo(at - 1)}>
        ◂
      </button>
      <button
        type="button"
        class="walk-next"
        disabled={at === all.length - 1}
        aria-label="The next step"
        aria-keyshortcuts="ArrowRight"
        onClick={() => walkTo(at + 1)}
      >
        Next ▸
      </button>
      <p aria-live="polite">
        <b>
          Step {at + 1} of {all.length}
        </b>{' '}
        {placeOf(group.layer, group.phase)}: {step.made[0].name}
      </p>
    </div>
  );
}
