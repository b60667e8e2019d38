import type { Part } from '../../explain/explanation.ts';
import { nameOf } from '../../explain/names.ts';
import { digits } from '../../explain/written.ts';
import type { Explained } from './explained.ts';
import { originOf } from './origin.ts';
import { nameOfOperand } from './pages.ts';
import { inspect } from './selection.ts';
import { inWords } from './words.ts';

/** `x[0,2,11,8]`: a number that goes into another, by the name that the definition has for it. */
export const partName = ({ launch }: Explained, { input, index }: Part): string =>
  nameOf(nameOfOperand(launch.op, 'inputs', input), launch.inputs[input].shape, index);

/** Goes on to the number that a part is, at the op that has made it. */
export function goTo({ tape, launch }: Explained, part: Part | undefined): void {
  if (part === undefined) return;
  const { at } = originOf(tape, launch.inputs[part.input], part.index);
  if (at !== null) inspect(at);
}

/** What has made a number: `relu, layer 2`; what it is where nothing has. */
export function madeBy({ tape, launch }: Explained, part: Part): string {
  const { at, said } = originOf(tape, launch.inputs[part.input], part.index);
  if (said !== undefined || at === null) return said ?? '';
  const { op, layer } = tape.launches[at.launch];
  return layer === null ? op : `${op}, layer ${layer}`;
}

/** A number that goes into another, and the way to where it comes from. */
export function PartLink({ of, part }: { readonly of: Explained; readonly part: Part }) {
  const use = of.launch.inputs[part.input];
  const { at, said } = originOf(of.tape, use, part.index);
  const words = inWords(of.tape, use, part.index);
  const text = (
    <>
      <var>{partName(of, part)}</var> {digits(part.value)}
    </>
  );
  if (at === null) {
    return (
      <span class="part" title={`${words}: ${said}`}>
        {text}
      </span>
    );
  }
  return (
    <button
      type="button"
      class="part"
      title={said === undefined ? `${words}: how it came to be` : `${words}: how this step changes it`}
      onClick={() => inspect(at)}
    >
      {text}
    </button>
  );
}
