import { type Colour, grey, hex } from '../canvas.ts';
import type { Cell } from '../cell.ts';
import { roundCorners } from '../frames.ts';
import { rough } from '../noise.ts';

/** Ink and paper. */
const pairs: readonly (readonly [name: string, ink: string, paper: string])[] = [
  ['white on black', '#ffffff', '#000000'],
  ['blue on white', '#1f3fa8', '#ffffff'],
  ['red on white', '#d02020', '#ffffff'],
  ['green on white', '#1c8a3c', '#ffffff'],
  ['orange on white', '#f08a1c', '#ffffff'],
  ['yellow on white', '#e8d020', '#ffffff'],
  ['blue on yellow', '#1f3fa8', '#f5df6a'],
  ['black on red', '#141414', '#c83232'],
  ['black on brown', '#181410', '#b98a5a'],
  ['yellow on dark blue', '#f5dd3c', '#14245a'],
  ['cyan on dark blue', '#3cd6e8', '#10204c'],
  ['white on red', '#ffffff', '#c02828'],
  ['pink on black', '#f06ab0', '#101010'],
  ['green on black', '#38e070', '#080808'],
  ['red on green, alike', '#dc2828', '#1e641e'],
  ['blue on red, alike', '#3c46e6', '#a01e1e'],
  ['violet on blue', '#7a2a8a', '#a8c4f0'],
];

const transparent = (name: string, ink: Colour): Cell => ({
  name,
  group: 'alpha',
  // Drawing programs write clear pixels as black or as white, and nobody sees which.
  page: (random) => ({ ink, paper: random.integer(2) === 0 ? [0, 0, 0, 0] : [255, 255, 255, 0] }),
});

export const colourCells: readonly Cell[] = [
  ...pairs.map(
    ([name, ink, paper]): Cell => ({ name, group: 'colour', page: { ink: hex(ink), paper: hex(paper) } }),
  ),
  {
    name: 'pencil',
    group: 'colour',
    page: (random) => ({ ink: grey(random.uniform(150, 195)) }),
    over: [rough(4)],
  },
  {
    name: 'chalk on green board',
    group: 'colour',
    page: { ink: hex('#e6e8e0'), paper: hex('#2f5a46') },
    over: [rough(7)],
  },
  transparent('black on clear', grey(0)),
  transparent('white on clear', grey(255)),
  {
    name: 'coloured on clear',
    group: 'alpha',
    page: (random) => ({
      ink: hex(['#d02020', '#1f3fa8', '#1c8a3c', '#8a2aa0', '#f08a1c'][random.integer(5)]),
      paper: random.integer(2) === 0 ? [0, 0, 0, 0] : [255, 255, 255, 0],
    }),
  },
  { name: 'white tile, rounded', group: 'alpha', page: { paper: grey(255) }, over: [roundCorners] },
  {
    name: 'dark tile, rounded',
    group: 'alpha',
    page: { ink: grey(250), paper: hex('#1e2126') },
    over: [roundCorners],
  },
];
