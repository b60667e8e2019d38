/** Pictures of a cell as files to look at, and sheets of those that were misread. */
import { contactSheet, type Row } from '../../pipeline/draw/contactSheet.ts';
import type { Typeface } from '../../pipeline/draw/typeface.ts';
import { grayFromBytes, type RgbaImage } from '../../pipeline/image/image.ts';
import { thumbnail } from '../../pipeline/image/thumbnail.ts';
import { type Cell, drawCell, randomOf } from './cell.ts';
import type { Characters } from './characters.ts';
import type { Reading, ReadPictures } from './read.ts';
import { type CellResult, countOf } from './run.ts';

/** What a sheet draws its pictures from. */
export interface Drawing {
  readonly character: Characters;
  readonly seed: number;
}

/** Side of a picture on a sheet, pictures in a row, and rows. */
const SIDE = 112;
const COLUMNS = 8;
const ROWS = 4;

/** `28 px, white on black` → `28-px-white-on-black`: a cell as the name of a file. */
export const fileName = ({ name }: Pick<Cell, 'name'>): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** The first pictures of a cell: not many, and of large ones fewer. */
export function* examplesOf(cell: Cell, count: number, { character, seed }: Drawing): Generator<RgbaImage> {
  for (let i = 0; i < countOf(cell, count); i++) {
    yield drawCell(cell, character(i), randomOf(cell, i, seed));
  }
}

/** A row for each cell, with its first pictures. */
export const exampleSheet = (cells: readonly Cell[], drawing: Drawing, typeface: Typeface): RgbaImage =>
  contactSheet(
    cells.map((cell) => ({
      heading: { name: cell.name },
      cells: Array.from(examplesOf(cell, COLUMNS, drawing), (image) => ({ image: small(image) })),
    })),
    SIDE,
    typeface,
  );

/**
 * What a cell's misread pictures look like, each with what the network saw of it below.
 *
 * @returns undefined where none was misread
 */
export async function misreadSheet(
  cell: Cell,
  { misread }: CellResult,
  { character, seed }: Drawing,
  read: ReadPictures,
  typeface: Typeface,
): Promise<RgbaImage | undefined> {
  if (misread.length === 0) return undefined;
  const shown = misread.slice(0, COLUMNS * ROWS);
  const images: RgbaImage[] = [];
  const draw = function* () {
    for (const { index } of shown) {
      const image = drawCell(cell, character(index), randomOf(cell, index, seed));
      images.push(small(image));
      yield image;
    }
  };
  const readings = await read(draw());
  const rows: Row[] = [];
  for (let from = 0; from < shown.length; from += COLUMNS) {
    const part = <T>(list: readonly T[]): readonly T[] => list.slice(from, from + COLUMNS);
    rows.push({
      cells: part(images).map((image, i) => ({
        image,
        caption: `${shown[from + i].label} as ${shown[from + i].read ?? 'nothing'}`,
      })),
    });
    rows.push({ cells: part(readings).map(({ seen }) => ({ image: seenImage(seen) })) });
  }
  return contactSheet(rows, SIDE, typeface);
}

function seenImage(seen: Reading['seen']) {
  if (seen === undefined) return grayFromBytes(Uint8Array.of(128), 1, 1);
  const side = Math.sqrt(seen.length);
  return grayFromBytes(seen, side, side);
}

/** As a sheet shows it: of a large picture no more is kept. */
const small = (image: RgbaImage): RgbaImage => thumbnail(onGrey(image), SIDE);

/** A picture over grey, so that white ink on nothing can be seen; an opaque one as it is. */
function onGrey(image: RgbaImage): RgbaImage {
  const { width, height, data } = image;
  if (data[3] === 255 && data.every((value, at) => at % 4 !== 3 || value === 255)) return image;
  const out = Uint8Array.from(data);
  for (let at = 0; at < data.length; at += 4) {
    const share = data[at + 3] / 255;
    for (let c = 0; c < 3; c++) out[at + c] = Math.round(share * data[at + c] + (1 - share) * 128);
    out[at + 3] = 255;
  }
  return { width, height, data: out };
}
