import { offsetOf, stridesOf } from '../../../engine/shape.ts';
import type { Tape, Use } from '../../tape/tape.ts';
import type { TourAction } from '../../tour/action.ts';
import { clear, writtenStrokes } from '../draw/sources.ts';
import { strokes } from '../draw/strokes.ts';
import { inspectValue, playing } from '../inspect/selection.ts';
import { isOpen, openPreset } from '../state/presets.ts';
import { looked, network } from '../state/session.ts';
import { pointed } from '../state/tape.ts';

/** Milliseconds between two points of a digit that is drawn by itself. */
const PACE = 12;

/** What moves is not shown to who asked for less motion. */
const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Counts what was asked for: a screen that is left stops what it had begun. */
let asked = 0;

/** Does with the page what a screen of the tour says. */
export async function perform(action: TourAction): Promise<void> {
  const mine = ++asked;
  const isLeft = () => mine !== asked;
  frame(undefined);
  if (action.view !== undefined && action.view !== 'draw') location.hash = action.view;
  if (action.preset !== undefined) await open(action.preset, isLeft);
  if (isLeft()) return;
  if (action.draw !== undefined) await draw(action.draw, isLeft);
  if (isLeft()) return;
  if (action.view === 'train' && action.animate === true && !isStill()) {
    void import('../state/training.ts').then(({ play }) => play());
  }
  if (action.view === 'hood' && action.animate === true) {
    void import('../hood/step.tsx').then(({ measure }) => measure());
  }
  pointed.value = action.op === undefined ? (action.layer ?? null) : 'loss';
  const target = targetOf(action);
  // What was drawn just now is read first.
  if (target !== null && (await isSoon(() => looked.value !== null, isLeft))) {
    inspectValue(target.find, target.index);
    playing.value = action.animate === true && !isStill();
  }
  // What was opened is on the page first: a part of the number before goes away with it.
  await new Promise((resolve) => setTimeout(resolve));
  await isSoon(() => frame(action.highlight), isLeft);
}

let opening: Promise<unknown> = Promise.resolve();

/** Opens a preset after those that are on their way: who goes on fast is not left with that of a screen before. */
function open(preset: string, isLeft: () => boolean): Promise<unknown> {
  opening = opening.then(() => (isLeft() || isOpen(preset) ? undefined : openPreset(preset)));
  return opening;
}

/** The digit that was drawn last, so that the screens of a chapter share one drawing. */
let drawn = '';

/** Draws a digit point by point, always the same way. */
async function draw(digit: string, isLeft: () => boolean): Promise<void> {
  if (drawn === digit && strokes.value.length > 0) return;
  drawn = digit;
  clear();
  const whole = writtenStrokes(digit, SEED);
  if (isStill()) {
    strokes.value = whole;
    return;
  }
  let mine = strokes.value;
  for (const [i, stroke] of whole.entries()) {
    for (let to = 1; to <= stroke.length; to++) {
      // Who draws meanwhile is not drawn over.
      if (isLeft() || strokes.value !== mine) {
        drawn = '';
        return;
      }
      mine = strokes.value = [...whole.slice(0, i), stroke.slice(0, to)];
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
  }
}

/** A seed whose digits are plain ones. */
const SEED = 7;

/** A number of the tape: how its value is found, and where in it. */
interface Target {
  readonly find: (tape: Tape) => Use;
  readonly index: number;
}

/** The number that is opened; null where a screen opens none, or the network that is there has no such. */
function targetOf({ view, layer, op, parameter, cell }: TourAction): Target | null {
  if (cell === undefined) return null;
  if (op === 'softmax') return { find: ({ probabilities }) => probabilities, index: cell[0] };
  if (op === 'crossEntropy' && view === 'backward')
    return { find: ({ layers }) => layers.at(-1)!.gradient, index: cell[0] };
  if (op === 'crossEntropy') return { find: ({ loss }) => loss, index: cell[0] };
  const placed = network.value?.layers[layer ?? -1];
  if (layer === undefined || placed === undefined) return null;
  const shape = parameter === undefined ? placed.output : placed.tensors[parameter]?.shape;
  if (shape === undefined || cell.some((at, axis) => at >= shape[axis])) return null;
  const index = offsetOf(cell, stridesOf(shape));
  if (parameter === undefined) return { find: ({ layers }) => layers[layer].output, index };
  const name = `${layer}.${parameter}`;
  return {
    find: ({ layers }) => layers[layer].parameters.find((each) => each.name === name)!.gradient,
    index,
  };
}

/** Milliseconds after which a framed part is brought into sight again: what stands before it grows, or moves the page. */
const AGAIN = [500, 1000, 1600];
let later: ReturnType<typeof setTimeout>[] = [];

/** Frames a part of the page, and brings it into sight. */
function frame(part: string | undefined): boolean {
  for (const timer of later) clearTimeout(timer);
  for (const framed of document.querySelectorAll('.framed')) framed.classList.remove('framed');
  if (part === undefined) return true;
  const found = document.querySelector(`[data-part="${part}"]`);
  if (found === null) return false;
  found.classList.add('framed');
  const show = () => found.scrollIntoView({ block: 'nearest', behavior: isStill() ? 'auto' : 'smooth' });
  unfold(found);
  show();
  later = AGAIN.map((ms) => setTimeout(show, ms));
  return true;
}

/** Opens what a part is folded away in. */
function unfold(part: Element): void {
  const folded = part.parentElement?.closest('details:not([open])');
  if (folded == null) return;
  (folded as HTMLDetailsElement).open = true;
  unfold(folded);
}

/** Waits until something is so, as views and numbers take a moment; false where it is not, or the screen is left. */
async function isSoon(isSo: () => boolean, isLeft: () => boolean): Promise<boolean> {
  const end = performance.now() + 10_000;
  while (!isLeft() && performance.now() < end) {
    if (isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
