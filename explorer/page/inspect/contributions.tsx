import { sizeOf } from '../../../engine/shape.ts';
import { makerOf } from '../../tape/maker.ts';
import { Sheet } from '../parts/sheet.tsx';
import { sheetShape } from '../parts/sheetShape.ts';
import type { Explained } from './explained.ts';
import { partFrom } from './frames.ts';
import { goTo, partName } from './part.tsx';

/** Fewer are seen well enough in the list. */
const FEW = 24;

/**
 * What each number of a vector adds to a unit of a linear layer. Where the vector was maps before it was flattened, it lies
 * as they do, so that one sees which places speak for the unit and which against it.
 */
export function Contributions({ of }: { readonly of: Explained }) {
  const { launch, tape, explanation } = of;
  const [x] = launch.inputs;
  const terms = explanation.terms.filter((term) => partFrom(term, 0) !== undefined);
  if (launch.op !== 'linear' || terms.length < FEW) return null;
  const maker = makerOf(tape, x);
  const made = maker === null ? x : tape.launches[maker.launch].outputs[maker.output];
  const shape = sheetShape(sizeOf(made.shape) === terms.length ? made.shape : [terms.length]);
  const name = 'What each number adds';
  return (
    <section aria-label={name}>
      <h4>
        {name} <small>{shape.join('×')}, orange speaks for it, blue against</small>
      </h4>
      <Sheet
        data={terms.map(({ value }) => value)}
        {...{ shape, name }}
        words={(at) => partName(of, partFrom(terms[at], 0)!)}
        onPick={(at) => goTo(of, partFrom(terms[at], 0))}
      />
    </section>
  );
}
