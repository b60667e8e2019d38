import { useState } from 'preact/hooks';
import { digits } from '../../explain/written.ts';
import { Sheet } from '../parts/sheet.tsx';
import type { Explained } from './explained.ts';
import { type Frame, type Group, partFrom } from './frames.ts';
import { NumberGrid } from './grid.tsx';
import { nameOfOperand } from './pages.ts';
import { goTo, PartLink } from './part.tsx';

/** As many numbers as are readable side by side; more of them are shown as a picture. */
const READABLE = 49;

const largestOf = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((most, n) => Math.max(most, Math.abs(n ?? 0)), 0);

/** A window of an image, the kernel on it and their products, a channel at a time; or the window alone. */
export function Products({ of, frame }: { readonly of: Explained; readonly frame: Frame }) {
  const [chosen, choose] = useState(0);
  const [tap, setTap] = useState(0);
  const { groups, axis } = frame;
  if (groups.length === 0) return <p class="faint">Nothing goes into it: the window sees no pixel.</p>;
  const group = groups[Math.min(chosen, groups.length - 1)];
  const at = Math.min(tap, group.cells.length - 1);
  return (
    <div class="products">
      {groups.length > 1 && (
        <label class="products-channel">
          {axis}
          <select
            value={groups.indexOf(group)}
            onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
          >
            {groups.map((each, i) => (
              <option key={each.at} value={i}>
                {each.at} gives {digits(each.sum)}
              </option>
            ))}
          </select>
          <span class="faint">of {groups.length}, which are added</span>
        </label>
      )}
      <Grids of={of} frame={frame} group={group} at={at} onAt={setTap} />
      <Tap of={of} group={group} at={at} />
    </div>
  );
}

interface GridsProps {
  readonly of: Explained;
  readonly frame: Frame;
  readonly group: Group;
  readonly at: number;
  readonly onAt: (cell: number) => void;
}

function Grids({ of, frame, group, at, onAt }: GridsProps) {
  const { op } = of.launch;
  const first = group.cells.find((cell) => cell !== null)!;
  const axis = frame.groups.length > 1 ? `, ${frame.axis} ${group.at}` : '';
  const parts = first.parts.map(({ input }) => ({
    title: `${nameOfOperand(op, 'inputs', input)}${axis}`,
    numbers: group.cells.map((cell) => partFrom(cell, input)?.value ?? null),
    onGo: (cell: number) => goTo(of, partFrom(group.cells[cell], input)),
  }));
  const products = {
    title: first.parts.length > 1 ? 'products' : 'by the size of the window',
    numbers: group.cells.map((cell) => cell?.value ?? null),
    onGo: undefined,
  };
  const shown = first.parts.length > 1 || first.weight !== undefined ? [...parts, products] : parts;
  const { how, result } = of.explanation;
  const winner = how === 'largest' ? group.cells.findIndex((cell) => cell?.value === result) : undefined;
  const { rows, columns } = frame;
  return (
    <div class="grids" data-part="products">
      {shown.map(({ title, numbers, onGo }, i) =>
        rows * columns > READABLE ? (
          <figure key={i} class="grids-picture">
            <figcaption>{title}</figcaption>
            <Sheet
              data={numbers.map((n) => n ?? 0)}
              shape={[1, rows, columns]}
              name={title}
              words={(cell) => `row ${Math.floor(cell / columns)}, column ${cell % columns}`}
              onPick={(cell) => {
                onAt(cell);
                onGo?.(cell);
              }}
            />
          </figure>
        ) : (
          <NumberGrid
            key={i}
            {...{ title, rows, columns, numbers, at, onAt, onGo }}
            {...(winner !== undefined && { winner })}
            part={i === 1 && shown.length > 2 ? 'kernel' : undefined}
            most={largestOf(numbers)}
            none={first.parts.length > 1 && i === 0 ? '0' : '·'}
          />
        ),
      )}
    </div>
  );
}

/** The product that is pointed at, with the way to its factors, and the sum so far. */
function Tap({ of, group, at }: { readonly of: Explained; readonly group: Group; readonly at: number }) {
  const term = group.cells[at];
  const sum = group.cells.slice(0, at + 1).reduce((total, cell) => total + (cell?.value ?? 0), 0);
  if (term === null) return <p class="tap faint">Outside the image, where zeros are: it adds nothing.</p>;
  return (
    <p class="tap">
      {term.parts.map((part, i) => (
        <span key={part.input}>
          {i > 0 && ' · '}
          <PartLink of={of} part={part} />
        </span>
      ))}
      {term.weight !== undefined && ` · ${digits(term.weight)}`}
      {(term.parts.length > 1 || term.weight !== undefined) && ` = ${digits(term.value)}`}
      {of.explanation.how === 'sum' && <span class="faint"> · sum so far {digits(sum)}</span>}
    </p>
  );
}
