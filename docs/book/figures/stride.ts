import { F } from 'inkgrad';
import { seven } from '../book.ts';
import { framed, ink, planeOf } from './draw/grid.ts';
import { arrow, box, type Colour, dot, figure, text } from './draw/svg.ts';

const [CELL, KERNEL, STRIDE] = [17, 3, 2];

/** Where a window stops on the 7, without and with a frame of zeros around it. */
export async function stride(): Promise<string> {
  const picture = await planeOf(seven());
  const kernel = F.ones([1, 1, KERNEL, KERNEL]);
  const stops = (left: number, padding: number): string[] => {
    const size = picture.length + 2 * padding;
    const top = 24 + (1 - padding) * CELL;
    const [rows, columns] = F.conv2d(seven(), kernel, null, { stride: STRIDE, padding }).shape.slice(2);
    /** The middle of the window that begins at a row and a column. */
    const middle = (row: number, column: number) =>
      [left + (column * STRIDE + KERNEL / 2) * CELL, top + (row * STRIDE + KERNEL / 2) * CELL] as const;
    const places = Array.from({ length: rows * columns }, (_, i) =>
      middle(Math.floor(i / columns), i % columns),
    );
    const [first, second] = places;
    const window = (column: number, colour: Colour) =>
      framed(left, top, [0, column * STRIDE], [KERNEL, KERNEL], { cell: CELL, colour });
    return [
      text(left + (size * CELL) / 2, top - 8, `padding ${padding}: ${rows} × ${columns} places`, {
        colour: 'faint',
      }),
      box(left, top, size * CELL, size * CELL, { fill: 'faint', opacity: 0.15 }),
      ink(left + padding * CELL, top + padding * CELL, picture, CELL),
      window(0, 'first'),
      window(1, 'second'),
      ...places.map(([x, y]) => dot(x, y, 4, 'alarm')),
      arrow([first[0] + 5, first[1]], [second[0] - 5, second[1]], { colour: 'alarm', width: 1.5 }),
    ];
  };
  const title =
    'A window of 3 by 3 on six by six pixels: with stride 2 and no padding it has two places along each side, with padding 1 three';
  return figure(title, 24 + 8 * CELL + 4, [...stops(20, 0), ...stops(176, 1)]);
}
