import { computed, effect, signal, untracked } from '@preact/signals';
import type { TracedParameter } from '../../tape/tape.ts';
import { parameterAt, parameterOf } from '../inspect/origin.ts';
import { pointed, selected, tape } from '../state/tape.ts';
import { groupsOf, type Step } from './steps.ts';

export const groups = computed(() => (tape.value === null ? [] : groupsOf(tape.value)));
export const steps = computed((): readonly Step[] => groups.value.flatMap((group) => group.steps));

/** Which step is open; the last one where there are fewer. */
const at = signal(0);
export const position = computed(() => Math.max(0, Math.min(at.value, steps.value.length - 1)));

/** Opens a step. @returns whether there is one */
export function stepTo(next: number): boolean {
  if (next < 0 || next >= steps.peek().length) return false;
  at.value = next;
  return true;
}

// Another network, or another picture after none: from the loss on again.
effect(() => {
  if (groups.value.length === 0) at.value = 0;
});

/** The step that has made the number that is looked at; −1 where none has. */
const selectedStep = (): number => {
  const launch = selected.value?.launch;
  return steps.peek().findIndex((step) => step.launch === launch);
};

// A number that is looked at opens the step that has made it.
effect(() => {
  const found = selectedStep();
  if (found >= 0) at.value = found;
});

// So does a layer that the tour points at.
effect(() => {
  const [at, all] = [pointed.value, groups.value];
  if (at === null || all.length === 0) return;
  const group = all.find(({ layer, phase }) => phase === 'backward' && layer === (at === 'loss' ? null : at));
  // A number of the layer says more than that.
  const isThere = group?.steps.includes(steps.peek()[untracked(selectedStep)]);
  if (group !== undefined && !isThere) stepTo(steps.peek().indexOf(group.steps[0]));
  pointed.value = null;
});

/** A weight that is followed. */
export interface Followed {
  readonly parameter: TracedParameter;
  readonly index: number;
}

/** The weight whose gradient or update is looked at; null where another number is, or none. */
export const followed = computed((): Followed | null => {
  const [recorded, now] = [tape.value, selected.value];
  if (recorded === null || now === null) return null;
  const launched = recorded.launches[now.launch];
  const use = launched?.outputs[now.output];
  if (use === undefined || launched.phase === 'forward') return null;
  if (launched.phase === 'update') return parameterAt(recorded, now.index) ?? null;
  const parameter = parameterOf(recorded, use);
  return parameter === undefined ? null : { parameter, index: now.index };
});
