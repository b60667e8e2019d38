import { seven as drawn } from '../book.ts';
import { CELL, grid, ink, planeOf } from './draw/grid.ts';
import { arrow, figure, text } from './draw/svg.ts';

/** The 7 of all chapters: what one sees, and what a network is given. */
export async function seven(): Promise<string> {
  const rows = await planeOf(drawn());
  const wide = 6 * CELL;
  const [left, right, top] = [1, 183, 20];
  return figure('A 7 of six by six squares: as ink, and as the numbers that say how much ink there is', 168, [
    text(left + wide / 2, 13, 'what you see', { colour: 'faint' }),
    ink(left, top, rows),
    arrow([left + wide + 8, top + wide / 2], [right - 8, top + wide / 2]),
    text(right + wide / 2, 13, 'what a network is given', { colour: 'faint' }),
    grid(right, top, rows, { most: 1 }),
  ]);
}
