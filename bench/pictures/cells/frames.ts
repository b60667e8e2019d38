import { grey, hex } from '../canvas.ts';
import type { Cell } from '../cell.ts';
import * as frames from '../frames.ts';

const THIN = [0.003, 0.012] as const;
const THICK = [0.02, 0.06] as const;

const lines = (count: number): Cell[] =>
  [
    { word: 'thin', thickness: THIN },
    { word: 'thick', thickness: THICK },
  ].map(({ word, thickness }) => ({
    name: `${word} line, ${count} ${count === 1 ? 'side' : 'sides'}`,
    group: 'cell lines',
    under: [frames.cellLines(count, thickness)],
  }));

const frame = (name: string, ...under: NonNullable<Cell['under']>): Cell => ({ name, group: 'frame', under });

const darkTiles = ['#1b1b1f', '#22303f', '#3a1f2b', '#14342b', '#2c2c54'].map(hex);
const lightTiles = ['#f2d64b', '#e8e8ec', '#cfe8ff', '#ffd9c7'].map(hex);

export const frameCells: readonly Cell[] = [
  ...[1, 2, 3, 4].flatMap(lines),
  frame('thin frame', frames.frameAround([0.003, 0.012])),
  frame('thick frame', frames.frameAround([0.015, 0.035])),
  frame('table, 1 side', frames.tableEdge(1)),
  frame('table, 2 sides', frames.tableEdge(2)),
  frame('paper on table', frames.paperOnTable),
  { ...frame('dark tile', frames.tile(darkTiles)), page: { ink: grey(250) } },
  { ...frame('light tile on dark', frames.tile(lightTiles)), page: { paper: hex('#202024') } },
  { name: 'ruled paper', group: 'ruling', under: [frames.ruled] },
  { name: 'squared paper', group: 'ruling', under: [frames.squared] },
];
