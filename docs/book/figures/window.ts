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
  const [wide, cell] = [6 * CELL, 30];
  const column = left + 1.5 * cell;
  const row = top + 2.5 * CELL;
  const faint = { colour: 'faint' } as const;
  const words = { ...faint, anchor: 'start' } as const;
  const title = 'A window of the 7, the kernel laid on it, and the map with the sum of their products';
  return figure(title, below + 4 * cell + 1, [
    text(left + wide / 2, 13, 'the picture', faint),
    grid(left, top, picture, { most: 1 }),
    framed(left, top, AT, [3, 3]),
    text(right + 1.5 * CELL, 13, 'the kernel', faint),
    grid(right, top + CELL, kernel, { digits: 0, most: 1 }),
    arrow([right - 6, row], [left + wide + 6, row]),
    text((right + left + wide) / 2, row - 8, 'laid on', faint),
    arrow([column, top + wide + 6], [column, below - 6]),
    text(column + 10, below - 14, 'nine products, one sum', words),
    grid(left, below, map, { cell }),
    framed(left, below, AT, [1, 1], { cell }),
    text(left + 4 * cell + 10, below + 1.5 * cell + 4, 'the map', words),
  ]);
}
