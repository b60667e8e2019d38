import { written } from '../../book.ts';
import { box, type Colour, text } from './svg.ts';

/** Numbers in rows, as a figure shows them. */
export type Plane = readonly (readonly number[])[];

/** The rows of a tensor's last two axes; all others are 1 long. */
export async function planeOf(x: {
  readonly shape: readonly number[];
  read(): Promise<ArrayLike<number>>;
}): Promise<Plane> {
  const [height, width] = x.shape.slice(-2);
  const numbers = Array.from(await x.read());
  return Array.from({ length: height }, (_, row) => numbers.slice(row * width, (row + 1) * width));
}

/** Side of a square, in pixels, unless a figure has another. */
export const CELL = 24;

const squares = (rows: Plane, draw: (n: number, row: number, column: number) => string): string =>
  rows.map((row, i) => row.map((n, j) => draw(n, i, j)).join('')).join('\n');

export interface GridOptions {
  readonly cell?: number;
  /** digits behind the point */
  readonly digits?: number;
  /** the number whose square is full; the largest when left out */
  readonly most?: number;
}

/** Numbers in squares, filled by their size and sign as in the explorer, though never so much that they cannot be read. */
export function grid(left: number, top: number, rows: Plane, options: GridOptions = {}): string {
  const { cell = CELL, digits = 1 } = options;
  const { most = Math.max(...rows.flat().map(Math.abs)) } = options;
  return squares(rows, (n, i, j) => {
    const [x, y] = [left + j * cell, top + i * cell];
    const opacity = most === 0 ? 0 : 0.5 * Math.min(1, Math.abs(n) / most);
    const square = box(x, y, cell, cell, { fill: n < 0 ? 'first' : 'second', opacity, stroke: 'rule' });
    return square + text(x + cell / 2, y + cell / 2 + 4, minus(written(n, digits)), { size: 11 });
  });
}

/** The same numbers as ink: 1 is full. */
export const ink = (left: number, top: number, rows: Plane, cell = CELL): string =>
  squares(rows, (n, i, j) =>
    box(left + j * cell, top + i * cell, cell, cell, { fill: 'text', opacity: n, stroke: 'rule' }),
  );

/** A frame around some squares of a grid. */
export const framed = (
  left: number,
  top: number,
  [row, column]: readonly [row: number, column: number],
  [height, width]: readonly [height: number, width: number],
  { cell = CELL, colour = 'text' as Colour } = {},
): string =>
  box(left + column * cell, top + row * cell, width * cell, height * cell, {
    stroke: colour,
    strokeWidth: 2.5,
  });

/** A number with a sign that is as wide as a digit. */
export const minus = (text: string): string => text.replace(/^-/, '−');
