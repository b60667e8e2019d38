import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from '../../../bench/pictures/cell.ts';
import type { ReadPictures } from '../../../bench/pictures/read.ts';
import type { PicturesReport } from '../../../bench/pictures/run.ts';
import {
  type Drawing,
  exampleSheet,
  examplesOf,
  fileName,
  misreadSheet,
} from '../../../bench/pictures/sheets.ts';
import { encodePng } from '../../../pipeline/node/decode/decode.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';
import { makeFolder } from '../../../pipeline/node/files/makeFolder.ts';
import { writeDurably, writing } from '../../../pipeline/node/files/writeFile.ts';

/** Pictures of each cell that are written to look at. */
const EXAMPLES = 4;

const made = (folder: string): string => {
  writing(folder, () => makeFolder(folder));
  return folder;
};

/** Writes the first pictures of each cell, and a sheet with those of each group. */
export function writeExamples(folder: string, cells: readonly Cell[], drawing: Drawing): void {
  made(folder);
  for (const cell of cells) {
    let number = 1;
    for (const image of examplesOf(cell, EXAMPLES, drawing)) {
      writeDurably(join(folder, `${fileName(cell)}-${number++}.png`), encodePng(image));
    }
  }
  for (const group of new Set(cells.map((cell) => cell.group))) {
    const own = cells.filter((cell) => cell.group === group);
    const sheet = exampleSheet(own, drawing, labelTypeface());
    writeDurably(join(folder, `sheet-${fileName({ name: group })}.png`), encodePng(sheet));
  }
}

/** Writes a sheet of the misread pictures of each cell, and takes away one of an earlier run where all are right. */
export async function writeMisread(
  folder: string,
  cells: readonly Cell[],
  report: PicturesReport,
  drawing: Drawing,
  read: ReadPictures,
): Promise<void> {
  made(folder);
  for (const [i, cell] of cells.entries()) {
    const path = join(folder, `${fileName(cell)}.png`);
    const sheet = await misreadSheet(cell, report.cells[i], drawing, read, labelTypeface());
    if (sheet === undefined) rmSync(path, { force: true });
    else writeDurably(path, encodePng(sheet));
  }
}
