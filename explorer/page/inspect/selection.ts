import { computed, effect, signal } from '@preact/signals';
import type { Reach } from '../../explain/receptive.ts';
import { makerOf } from '../../tape/maker.ts';
import type { Tape, Use } from '../../tape/tape.ts';
import { type Selected, selected, tape } from '../state/tape.ts';

// Which number is looked at, and which were before.

/** Numbers that were looked at, the last one at the end. */
const trail = signal<readonly Selected[]>([]);
const MOST = 200;
export const canGoBack = computed(() => trail.value.length > 0);

/** A number that is to be looked at as soon as there is a tape. */
interface Wish {
  readonly find: (tape: Tape) => Use;
  readonly index: number;
}
const wish = signal<Wish | null>(null);

/** Whether a number is looked at, or will be when the tape is there. */
export const inspecting = computed(() => selected.value !== null || wish.value !== null);

/** Whether the place moves on by itself. */
export const playing = signal(false);

/** What the number depends on, by value; the part of the page that explains finds it. */
export const reached = signal<ReadonlyMap<number, Reach>>(new Map());

/** Looks at a number, and keeps the one before for the way back. */
export function inspect(next: Selected): void {
  const before = selected.peek();
  if (before !== null) trail.value = [...trail.peek(), before].slice(-MOST);
  wish.value = null;
  playing.value = false;
  selected.value = next;
}

/** Looks at a number of a value that an op of the tape has made: now, or as soon as there is a tape. */
export function inspectValue(find: Wish['find'], index: number): void {
  const recorded = tape.peek();
  if (recorded === null) {
    wish.value = { find, index };
    return;
  }
  const maker = makerOf(recorded, find(recorded));
  if (maker !== null) inspect({ ...maker, index });
}

/** Moves to another number of the same value; the way back goes past all of them. */
export function moveTo(index: number): void {
  const now = selected.peek();
  if (now !== null) selected.value = { ...now, index };
}

export function back(): void {
  const before = trail.peek().at(-1);
  if (before === undefined) return;
  trail.value = trail.peek().slice(0, -1);
  playing.value = false;
  selected.value = before;
}

export function close(): void {
  trail.value = [];
  wish.value = null;
  playing.value = false;
  selected.value = null;
}

/** The value whose number is looked at, and where in it; null where there is none. */
export const inspected = computed((): { use: Use; index: number } | null => {
  if (tape.value === null || selected.value === null) return null;
  const { launch, output, index } = selected.value;
  const use = tape.value.launches[launch]?.outputs[output];
  return use === undefined || index >= tape.value.values[use.value].data.length ? null : { use, index };
});

effect(() => {
  if (tape.value === null) {
    trail.value = [];
    return;
  }
  const wanted = wish.peek();
  if (wanted === null) return;
  const played = playing.peek();
  inspectValue(wanted.find, wanted.index);
  playing.value = played;
});
