import { computed, effect, signal } from '@preact/signals';
import type { Tape, Use, Value } from '../../tape/tape.ts';
import { lab } from './lab.ts';
import { answer, attempt, network, seen } from './session.ts';

/** The class that is taken to be right; null for the one that is read. */
export const chosenLabel = signal<number | null>(null);

/** A training step on the picture of the desk, number by number; null until `wanted` and there is a picture. */
export const tape = signal<Tape | null>(null);

/** How many open parts of the page show numbers of the tape: it is recorded only for them. */
export const readers = signal(0);

/** A number that is looked at: which output of which launch of the tape, and where in it. */
export interface Selected {
  readonly launch: number;
  readonly output: number;
  /** row-major */
  readonly index: number;
}
export const selected = signal<Selected | null>(null);

/** The layer that the tour points at, or the loss: a view that goes through layers one by one opens it, and takes it away. */
export const pointed = signal<number | 'loss' | null>(null);

export const numbersOf = (use: Use): Value => tape.value!.values[use.value];

/** Milliseconds without another stroke after which a step is recorded: until then the lab reads what is drawn. */
const PAUSE = 80;

let waiting: ReturnType<typeof setTimeout> | undefined;
/** Whether a tape is being recorded, and whether another is wanted since. */
let recording = false;
let again = false;

async function recordNewest(): Promise<void> {
  if (recording) {
    again = true;
    return;
  }
  recording = true;
  do {
    again = false;
    await attempt('tape', async () => {
      const [image, label] = [seen.peek()?.image, chosenLabel.peek() ?? answer.peek()];
      if (image === undefined || label === null) return;
      const read = network.peek();
      const recorded = await lab.tape(image, label);
      if (!again && read === network.peek()) tape.value = recorded;
    });
  } while (again);
  recording = false;
}

/** Launches are numbered alike as long as the model is the same. */
const model = computed(() => JSON.stringify(network.value?.plan.model ?? null));
effect(() => {
  model.value;
  tape.value = null;
  selected.value = null;
});

/** The picture of the last time: another label needs no pause. */
let last: Uint8Array | undefined;

effect(() => {
  const image = seen.value?.image;
  const label = chosenLabel.value ?? answer.value;
  const wanted = readers.value > 0;
  clearTimeout(waiting);
  if (image === undefined || label === null || network.value === null) tape.value = null;
  else if (wanted) waiting = setTimeout(() => void recordNewest(), image === last ? 0 : PAUSE);
  last = image;
});
