import { F, Tensor } from 'inkgrad';
import { framed, grid, planeOf } from './draw/grid.ts';
import { figure, text } from './draw/svg.ts';

const [ROW, COLUMN] = [0, 1];

/** Two matrices and their product, laid so that a row meets a column. */
export async function product(): Promise<string> {
  const [a, b] = [
    Tensor.from([
      [1, 2],
      [3, 4],
    ]),
    Tensor.from([
      [5, 6],
      [7, 8],
    ]),
  ];
  const [left, right, result] = await Promise.all([a, b, F.matmul(a, b)].map(planeOf));
  const cell = 32;
  const side = 2 * cell;
  const [x, y] = [84, 20];
  const [across, below] = [x + side + 24, y + side + 24];
  const name = { colour: 'faint', size: 14 } as const;
  const frame = { cell, colour: 'first' } as const;
  const title = `Row by column: the first row of A and the second column of B make the number in row ${ROW}, column ${COLUMN}`;
  return figure(title, below + side + 4, [
    text(x - 14, below + cell + 4, 'A', name),
    text(across + side + 14, y + cell + 4, 'B', name),
    text(across + side + 18, below + cell + 4, 'AB', name),
    grid(x, below, left, { cell, digits: 0, most: 50 }),
    grid(across, y, right, { cell, digits: 0, most: 50 }),
    grid(across, below, result, { cell, digits: 0, most: 50 }),
    framed(x, below, [ROW, 0], [1, 2], frame),
    framed(across, y, [0, COLUMN], [2, 1], frame),
    framed(across, below, [ROW, COLUMN], [1, 1], { ...frame, colour: 'text' }),
  ]);
}
