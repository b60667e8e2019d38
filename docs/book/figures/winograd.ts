import { F } from 'inkgrad';
import { image } from '../book.ts';
import { CELL, grid, type Plane, planeOf } from './draw/grid.ts';
import { arrow, figure, text } from './draw/svg.ts';

type Line = (row: readonly number[]) => number[];
const turned = (m: Plane): number[][] => m[0].map((_, j) => m.map((row) => row[j]));
const both = (line: Line, m: Plane): Plane => turned(turned(m.map(line)).map(line));
const ofPixels: Line = ([a, b, c, d]) => [a - c, b + c, c - b, b - d];
const ofWeights: Line = ([a, b, c]) => [a, (a + b + c) / 2, (a - b + c) / 2, c];

/** The convolution of the chapter, from pixels and weights to sixteen products and the four results. */
export async function winograd(): Promise<string> {
  const x = [
    [5, 3, 4, 1],
    [0, 2, 1, 3],
    [1, 1, 0, 2],
    [4, 0, 2, 1],
  ];
  const w = [
    [2, 1, 1],
    [0, -1, 3],
    [1, 2, -1],
  ];
  const [pixels, weights] = [both(ofPixels, x), both(ofWeights, w)];
  const products = pixels.map((row, i) => row.map((pixel, j) => pixel * weights[i][j]));
  const y = await planeOf(F.conv2d(image(x), image(w)));
  const [right, cell] = [182, 34];
  const faint = { colour: 'faint', size: 11 } as const;
  const rows = [
    { top: 20, name: 'pixels', from: x, to: pixels, becomes: 'changed' },
    { top: 178, name: 'weights', from: w, to: weights, becomes: 'changed' },
    { top: 336, name: 'results', from: y, to: products, becomes: 'sixteen products' },
  ];
  return figure(
    'A tile of pixels and a filter are changed, sixteen products are made of them, and four results of these',
    474,
    [
      ...rows.flatMap(({ top, name, from, to, becomes }, i) => {
        const left = 1 + ((4 - from.length) * CELL) / 2;
        const middle = top + 2 * cell;
        const ends = [
          [right - 8, middle],
          [left + from.length * CELL + 8, middle],
        ] as const;
        return [
          text(49, top - 7, name, faint),
          grid(left, middle - (from.length * CELL) / 2, from, { digits: 0 }),
          i < 2 ? arrow(ends[1], ends[0]) : arrow(ends[0], ends[1]),
          text(right + 2 * cell, top - 7, becomes, faint),
          grid(right, top, to, { cell, digits: i === 0 ? 0 : 1 }),
        ];
      }),
    ],
  );
}
