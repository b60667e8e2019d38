import { offsetOf, type Shape, stridesOf } from '../../../engine/shape.ts';
import { unravel } from '../../explain/names.ts';
import type { Reach } from '../../explain/receptive.ts';
import type { Use } from '../../tape/tape.ts';
import type { Box } from '../parts/sheet.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { sheetBox, sheetShape } from '../parts/sheetShape.ts';
import { tape } from '../state/tape.ts';
import { originOf } from './origin.ts';
import { focusInspector } from './panel.tsx';
import { inspect, inspected, moveTo, playing, reached } from './selection.ts';
import { inWords } from './words.ts';

/** Where a value is marked: the number that is looked at, if it is of this value, and what that depends on. */
export function marksOf(use: Use | undefined): { picked: number | null; reach: Box | null } {
  const found = inspected.value;
  if (use === undefined || found === null) return { picked: null, reach: null };
  const picked = found.use.value === use.value ? found.index : null;
  const reach = reached.value.get(use.value);
  return { picked, reach: picked !== null || !reach ? null : boxIn(use.shape, reach) };
}

/** A box under the shape that a sheet has: a value may be known under another, as by flatten. */
function boxIn(shape: Shape, { use, low, high }: Reach): Box {
  if (use.shape.join() === shape.join()) return sheetBox(shape, { low, high });
  const strides = stridesOf(use.shape);
  const [first, last] = [low, high].map((place) => unravel(shape, offsetOf(place, strides)));
  return sheetBox(shape, { low: first, high: last });
}

/** What keys do on the number that is looked at. */
export const pickedKeys = {
  onEnter: focusInspector,
  onSpace: () => {
    playing.value = !playing.peek();
  },
};

/** A value of the tape as maps, of which each number can be looked at: how it came to be, or of a weight what becomes of it. */
export function ValueSheet({ use, name }: { readonly use: Use; readonly name: string }) {
  const recorded = tape.value!;
  const { picked, reach } = marksOf(use);
  const shape = sheetShape(use.shape);
  const go = (index: number) => {
    const { at } = originOf(recorded, use, index);
    if (picked !== null) moveTo(index);
    else if (at !== null) inspect(at);
  };
  return (
    <Sheet
      {...{ shape, name, picked, reach, ...pickedKeys }}
      data={recorded.values[use.value].data}
      group={use.shape.length === 4 ? use.shape[1] : undefined}
      words={(index) => inWords(recorded, use, index)}
      onPick={go}
    />
  );
}
