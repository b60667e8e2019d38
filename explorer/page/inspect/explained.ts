import { computed, effect } from '@preact/signals';
import { explain } from '../../explain/explain.ts';
import type { Explanation, Ran } from '../../explain/explanation.ts';
import { chain, ranOf } from '../../explain/receptive.ts';
import type { Launched, Tape, Use } from '../../tape/tape.ts';
import { selected, tape } from '../state/tape.ts';
import { inspected, reached } from './selection.ts';

/** A number that is looked at, with all that there is to say of it. */
export interface Explained {
  readonly tape: Tape;
  readonly launch: Launched;
  readonly ran: Ran;
  readonly output: number;
  readonly use: Use;
  readonly index: number;
  readonly explanation: Explanation;
}

export const explained = computed((): Explained | null => {
  if (inspected.value === null) return null;
  const recorded = tape.value!;
  const { launch: at, output } = selected.value!;
  const { use, index } = inspected.value;
  const launch = recorded.launches[at];
  const ran = ranOf(recorded, launch);
  return { tape: recorded, launch, ran, output, use, index, explanation: explain(ran, output, index) };
});

effect(() => {
  const found = inspected.value;
  const boxes = found === null ? [] : chain(tape.peek()!, found.use, found.index);
  reached.value = new Map(boxes.map((reach) => [reach.use.value, reach]));
});
