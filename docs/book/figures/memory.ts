import { seven } from '../book.ts';
import { framed, ink, planeOf } from './draw/grid.ts';
import { arrow, figure, line, text } from './draw/svg.ts';

/** The number that the chapter looks for. */
const [ROW, COLUMN] = [3, 3];

/** The 7 as rows, and as memory has it. */
export async function memory(): Promise<string> {
  const rows = await planeOf(seven());
  const cell = 9;
  const [left, top] = [2, 20];
  const [width, height] = [rows[0].length, rows.length];
  const place = ROW * width + COLUMN;
  const long = width * cell;
  const faint = { colour: 'faint', size: 11 } as const;
  const title = `The ${width * height} numbers of the 7 in memory, row after row; row ${ROW}, column ${COLUMN} is place ${place}`;
  const low = top + 6 * 16 + 46;
  const rowLeft = 116;
  return figure(title, low + 40, [
    ink(rowLeft, top, rows, 16),
    framed(rowLeft, top, [ROW, 0], [1, width], { cell: 16, colour: 'second' }),
    text(rowLeft - 8, top + (ROW + 0.5) * 16 + 4, `row ${ROW}`, { ...faint, anchor: 'end' }),
    arrow([rowLeft + 3 * 16, top + 6 * 16 + 8], [left + (ROW + 0.5) * long, low - 20], { colour: 'second' }),
    ink(left, low, [rows.flat()], cell),
    framed(left, low, [0, ROW * width], [1, width], { cell, colour: 'second' }),
    ...rows.map((_, row) => text(left + (row + 0.5) * long, low - 6, `row ${row}`, faint)),
    ...rows.slice(1).map((_, row) => {
      const x = left + (row + 1) * long;
      return line([
        [x, low - 3],
        [x, low + cell + 3],
      ]);
    }),
    arrow([left + (place + 0.5) * cell, low + 28], [left + (place + 0.5) * cell, low + cell + 3]),
    text(left + (place + 0.5) * cell, low + 39, `place ${place}`, faint),
  ]);
}
