import type { Part, Ran, Term } from '../../explain/explanation.ts';
import { unravel } from '../../explain/names.ts';

/** The terms of one channel of a window, row by row; null for a place outside the image. */
export interface Group {
  /** which channel, filter or image */
  readonly at: number;
  readonly cells: readonly (Term | null)[];
  readonly sum: number;
}

/** Terms as they lie on an image: a window, or a whole map. */
export interface Frame {
  readonly rows: number;
  readonly columns: number;
  /** what a group is: the name of its axis */
  readonly axis: string;
  readonly groups: readonly Group[];
  /** terms that lie nowhere, such as a bias */
  readonly rest: readonly Term[];
}

/** By which input terms are laid out, and along which of its axes they are grouped. */
interface Layout {
  readonly input: number;
  readonly group: number;
  readonly axis: string;
  /** whether all places of its last two axes are shown, or only the rows and columns where a term lies */
  readonly whole?: boolean;
}

const pooled: Layout = { input: 0, group: 1, axis: 'channel' };
const layouts: Readonly<Record<string, Layout>> = {
  conv2d: { input: 1, group: 1, axis: 'channel', whole: true },
  convRelu: { input: 1, group: 1, axis: 'channel', whole: true },
  conv2dInputGrad: { input: 1, group: 0, axis: 'filter', whole: true },
  conv2dWeightGrad: { input: 1, group: 0, axis: 'image', whole: true },
  maxPool2d: pooled,
  avgPool2d: pooled,
  maxPool2dGrad: pooled,
  avgPool2dGrad: pooled,
};

const ascending = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** Null for an op whose terms lie on no image. */
export function frameOf(ran: Ran, terms: readonly Term[]): Frame | null {
  const layout = layouts[ran.op];
  if (layout === undefined) return null;
  const { shape } = ran.inputs[layout.input];
  const laid: { term: Term; place: number[] }[] = [];
  const rest: Term[] = [];
  for (const term of terms) {
    const part = term.parts.find(({ input }): boolean => input === layout.input);
    if (part === undefined) rest.push(term);
    else laid.push({ term, place: unravel(shape, part.index) });
  }
  const [height, width] = shape.slice(2);
  const all = (length: number) => Array.from({ length }, (_, i) => i);
  const rows = layout.whole ? all(height) : ascending(laid.map(({ place }) => place[2]));
  const columns = layout.whole ? all(width) : ascending(laid.map(({ place }) => place[3]));
  const groups = new Map<number, (Term | null)[]>();
  for (const { term, place } of laid) {
    const at = place[layout.group];
    if (!groups.has(at)) groups.set(at, new Array(rows.length * columns.length).fill(null));
    groups.get(at)![rows.indexOf(place[2]) * columns.length + columns.indexOf(place[3])] = term;
  }
  return {
    rows: rows.length,
    columns: columns.length,
    axis: layout.axis,
    groups: [...groups].map(([at, cells]) => ({
      at,
      cells,
      sum: cells.reduce((sum, cell) => sum + (cell?.value ?? 0), 0),
    })),
    rest,
  };
}

/** The part of a term that is of an input. */
export const partFrom = (term: Term | null, input: number): Part | undefined =>
  term?.parts.find((part) => part.input === input);
