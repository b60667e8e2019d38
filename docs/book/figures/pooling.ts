import { F } from 'inkgrad';
import { seven } from '../book.ts';
import { CELL, framed, grid, planeOf } from './draw/grid.ts';
import { arrow, box, figure, text } from './draw/svg.ts';

const SIDE = 2;

/** The squares of a max pooling on the 7, and who wins in each. */
export async function pooling(): Promise<string> {
  const [picture, pooled] = await Promise.all([seven(), F.maxPool2d(seven(), SIDE)].map(planeOf));
  const [left, top] = [1, 20];
  const cell = 34;
  const right = 226;
  const wide = picture.length * CELL;
  const squares = pooled.flatMap((row, i) =>
    row.map((largest, j) => {
      const places = Array.from({ length: SIDE * SIDE }, (_, at) => [
        i * SIDE + Math.floor(at / SIDE),
        j * SIDE + (at % SIDE),
      ]);
      const [y, x] = places.find(([y, x]) => picture[y][x] === largest)!;
      const square = box(left + j * SIDE * CELL, top + i * SIDE * CELL, SIDE * CELL, SIDE * CELL, {
        stroke: 'text',
        strokeWidth: 1.5,
      });
      return square + (largest > 0 ? framed(left, top, [y, x], [1, 1], { colour: 'first' }) : '');
    }),
  );
  const middle = top + wide / 2;
  const title = 'The 7 in squares of 2 by 2, the largest number of each framed, and what pooling makes of it';
  return figure(title, top + wide + 2, [
    text(left + wide / 2, 13, 'a map', { colour: 'faint' }),
    grid(left, top, picture, { most: 1 }),
    ...squares,
    arrow([left + wide + 10, middle], [right - 10, middle]),
    text((left + wide + right) / 2, middle - 8, 'largest', { colour: 'faint' }),
    text(right + 1.5 * cell, middle - 1.5 * cell - 7, 'pooled', { colour: 'faint' }),
    grid(right, middle - 1.5 * cell, pooled, { cell, most: 1 }),
  ]);
}
