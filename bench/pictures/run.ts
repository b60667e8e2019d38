/** How many pictures of each kind are read right. */
import type { RgbaImage } from '../../pipeline/image/image.ts';
import type { Machine } from '../../report/machine.ts';
import { describeMachine } from '../../report/machine.ts';
import { type Cell, drawCell, pixelsOf, randomOf } from './cell.ts';
import { type Characters, isSame } from './characters.ts';
import type { ReadPictures } from './read.ts';

/** From this size on there are fewer pictures. */
const LARGE = 4e6;

export interface Misread {
  /** the number of the picture in its cell */
  readonly index: number;
  readonly label: string;
  /** null where it was refused */
  readonly read: string | null;
  readonly probability: number | null;
}

export interface CellResult {
  readonly cell: string;
  readonly group: string;
  readonly pixels: number;
  readonly pictures: number;
  readonly right: number;
  readonly refused: number;
  /** for one picture */
  readonly drawMs: number;
  readonly readMs: number;
  readonly misread: readonly Misread[];
}

export interface PicturesReport {
  readonly machine: Machine;
  readonly run: string;
  readonly characters: string;
  readonly count: number;
  readonly seed: number;
  readonly cells: readonly CellResult[];
  readonly seconds: number;
}

export interface PicturesBench {
  readonly run: string;
  /** what the characters are called */
  readonly characters: string;
  readonly character: Characters;
  readonly read: ReadPictures;
  readonly cells: readonly Cell[];
  readonly count: number;
  readonly seed: number;
  /** Before each cell, and after the last: how many pictures are done. */
  onProgress?(done: number, text: string): void;
}

/** The pictures of a cell: fewer of large ones, since they take long. */
export function countOf(cell: Cell, count: number): number {
  const pixels = pixelsOf(cell);
  return pixels < LARGE ? count : Math.ceil((count * 1e6) / pixels);
}

export async function benchPictures(bench: PicturesBench): Promise<PicturesReport> {
  const { run, characters, cells, count, seed } = bench;
  const start = performance.now();
  const results: CellResult[] = [];
  let done = 0;
  for (const cell of cells) {
    bench.onProgress?.(done, cell.name);
    results.push(await readCell(bench, cell));
    done += results[results.length - 1].pictures;
  }
  bench.onProgress?.(done, '');
  const seconds = (performance.now() - start) / 1000;
  return { machine: describeMachine(), run, characters, count, seed, cells: results, seconds };
}

async function readCell({ character, read, count, seed }: PicturesBench, cell: Cell): Promise<CellResult> {
  const pictures = countOf(cell, count);
  const labels: string[] = [];
  let drawing = 0;
  const draw = function* (): Generator<RgbaImage> {
    for (let i = 0; i < pictures; i++) {
      const start = performance.now();
      const one = character(i);
      labels.push(one.label);
      const image = drawCell(cell, one, randomOf(cell, i, seed));
      drawing += performance.now() - start;
      yield image;
    }
  };
  const start = performance.now();
  const readings = await read(draw());
  const took = performance.now() - start;
  const misread = readings.flatMap(({ label, probability }, index): Misread[] =>
    label !== undefined && isSame(labels[index], label)
      ? []
      : [{ index, label: labels[index], read: label ?? null, probability: probability ?? null }],
  );
  return {
    cell: cell.name,
    group: cell.group,
    pixels: pixelsOf(cell),
    pictures,
    right: pictures - misread.length,
    refused: misread.filter(({ read }) => read === null).length,
    drawMs: drawing / pictures,
    readMs: (took - drawing) / pictures,
    misread,
  };
}
