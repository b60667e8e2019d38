import { F } from 'inkgrad';
import { edges, seven } from '../book.ts';
import { CELL, framed, grid, planeOf } from './draw/grid.ts';
import { arrow, figure, text } from './draw/svg.ts';

/** Where the window of the chapter lies. */
const AT = [1, 1] as const;

/** A window of the 7, the kernel that is laid on it, and the number of the map that comes of it. */
export async function window(): Promise<string> {
  const x = seven();
  const [picture, kernel, map] = await Promise.all([x, edges(), F.conv2d(x, edges())].map(planeOf));
  const [left, right, top, below] = [1, 231, 20, 206];
  const wide = 6 * CELL;
  const middle = (row: number): number => top + (row + 0.5) * CELL;
  return figure('A window of the 7, the kernel laid on it, and the map with the sum of their products', 304, [
    text(left + wide / 2, 13, 'the picture', { colour: 'faint' }),
    grid(left, top, picture, { most: 1 }),
    framed(left, top, AT, [3, 3]),
    text(right + 1.5 * CELL, 13, 'the kernel', { colour: 'faint' }),
    grid(right, top + CELL, kernel, { digits: 0, most: 1 }),
    arrow([right - 6, middle(2)], [left + wide + 6, middle(2)], { colour: 'text' }),
    text((right + left + wide) / 2, middle(2) - 8, 'laid on', { colour: 'faint' }),
    arrow([left + 2 * CELL, top + wide + 6], [left + 2 * CELL, below - 6], { colour: 'text' }),
    text(left + 2 * CELL + 10, below - 14, 'nine products, one sum', { colour: 'faint', anchor: 'start' }),
    grid(left, below, map),
    framed(left, below, AT, [1, 1]),
    text(left + 4 * CELL + 10, below + 1.5 * CELL + 4, 'a row of the map', {
      colour: 'faint',
      anchor: 'start',
    }),
  ]);
}
