import { reached } from '../inspect/selection.ts';
import { prepared, seen } from '../state/session.ts';
import { tape } from '../state/tape.ts';
import { extentOf, inkOf, onPaper } from './onPaper.ts';
import { SIDE, strokes } from './strokes.ts';

/** On the drawing, the box of all that the number which is looked at depends on. */
export function Field() {
  const drawn = strokes.value;
  const { value } = seen;
  const input = tape.value?.layers[0]?.input;
  const reach = input && reached.value.get(input.value);
  if (value === null || reach === undefined || drawn.length === 0 || prepared.value !== null) return null;
  // What was slanted upright has no box on the paper.
  if (value.recipe.steps.some(({ step }) => step === 'deskew')) return null;
  const ink = inkOf(value.image, value.recipe.size);
  if (ink === null) return null;
  const [top, left] = reach.low.slice(-2);
  const [bottom, right] = reach.high.slice(-2).map((n) => n + 1);
  const box = onPaper({ left, top, right, bottom }, ink, extentOf(drawn));
  return (
    <svg class="field" viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
      <rect x={box.left} y={box.top} width={box.right - box.left} height={box.bottom - box.top} />
    </svg>
  );
}
