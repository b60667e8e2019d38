import { box, figure, text } from './draw/svg.ts';

const [SIDE, TILE, UNIT] = [16, 4, 9];
const [ROW, COLUMN] = [2, 1];
const WIDE = SIDE * UNIT;
const words = { anchor: 'start', colour: 'faint' } as const;

const square = (left: number, top: number, name: string): string[] => [
  box(left, top, WIDE, WIDE, { stroke: 'rule' }),
  text(left + 4, top - 6, name, words),
];

/** Squares of a matrix, by the tile that they begin with. */
const area = (
  left: number,
  top: number,
  [row, column]: readonly [number, number],
  [high, wide]: readonly [number, number],
  strong: boolean,
  colour: 'first' | 'second' | 'third',
): string =>
  box(left + column * TILE * UNIT, top + row * TILE * UNIT, wide * TILE * UNIT, high * TILE * UNIT, {
    ...{ fill: colour, opacity: strong ? 0.7 : 0.25 },
  });

/** A tile of a product, and the strips of both factors that it is made of, block by block. */
export async function tiles(): Promise<string> {
  const [left, top, gap] = [0, 20, 24];
  const [right, below] = [left + WIDE + gap, top + WIDE + gap];
  const strip = SIDE / TILE;
  return figure(
    'A tile of the result, the strips of both factors that it needs, and the blocks that are in workgroup memory',
    below + WIDE + 1,
    [
      text(0, top + 40, 'light: what the tile', words),
      text(0, top + 56, 'needs of a and b', words),
      text(0, top + 84, 'dark: the blocks that', words),
      text(0, top + 100, 'are near just now', words),
      ...square(right, top, 'b'),
      ...square(left, below, 'a'),
      ...square(right, below, 'y = a·b'),
      area(right, top, [0, COLUMN], [strip, 1], false, 'second'),
      area(right, top, [1, COLUMN], [1, 1], true, 'second'),
      area(left, below, [ROW, 0], [1, strip], false, 'first'),
      area(left, below, [ROW, 1], [1, 1], true, 'first'),
      area(right, below, [ROW, COLUMN], [1, 1], true, 'third'),
    ],
  );
}
