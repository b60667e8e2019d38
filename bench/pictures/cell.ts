import { Random } from '../../engine/random.ts';
import type { GrayImage, RgbaImage } from '../../pipeline/image/image.ts';
import { blank, type Colour, grey, lay, type Painter } from './canvas.ts';
import { inkMask } from './ink.ts';

/** A character as it was drawn, and what it is. */
export interface Character {
  readonly label: string;
  /** bright ink on black */
  readonly drawing: GrayImage;
}

/** A page with one character, before anything happens to it. */
export interface Page {
  /** the longer side of the picture, in pixels */
  readonly side: number;
  /** width over height */
  readonly aspect: number;
  /** the longer side of the character, as a share of the picture's shorter one */
  readonly share: number;
  /** in the middle, give or take a little, or anywhere */
  readonly where: 'middle' | 'anywhere';
  readonly ink: Colour;
  readonly paper: Colour;
  /** the width of its stroke as a share of the character's longer side; as it was drawn when left out */
  readonly stroke?: number;
  /** degrees */
  readonly slant: number;
  readonly turn: number;
}

/** One kind of picture: how it differs from a plain page. */
export interface Cell {
  readonly name: string;
  readonly group: string;
  /** fields of the page that are others than those of a plain one */
  readonly page?: Partial<Page> | ((random: Random) => Partial<Page>);
  /** what lies on the paper before the character is written */
  readonly under?: readonly Painter[];
  /** what happens to the picture after that */
  readonly over?: readonly Painter[];
}

const plainPage = (random: Random): Page => ({
  side: 280,
  aspect: 1,
  share: 0.5,
  where: 'middle',
  ink: grey(random.uniform(5, 55)),
  paper: grey(random.uniform(235, 255)),
  slant: 0,
  turn: 0,
});

/** How far from the middle a character lies at the most, as a share of the picture. */
const JITTER = 0.04;

/** The page of a cell, as this sequence of random numbers has it. */
function pageOf({ page = {} }: Cell, random: Random): Page {
  const plain = plainPage(random);
  return { ...plain, ...(typeof page === 'function' ? page(random) : page) };
}

export const sizeOf = ({ side, aspect }: Pick<Page, 'side' | 'aspect'>) => ({
  width: Math.round(aspect >= 1 ? side : side * aspect),
  height: Math.round(aspect >= 1 ? side / aspect : side),
});

/** Draws a picture of a cell: a function of the character and the random numbers alone. */
export function drawCell(cell: Cell, { drawing }: Character, random: Random): RgbaImage {
  const page = pageOf(cell, random);
  const { width, height } = sizeOf(page);
  const length = page.share * Math.min(width, height);
  const { stroke, slant, turn } = page;
  const mask = inkMask(drawing, {
    ...{ length, slant, turn },
    ...(stroke !== undefined && { stroke: stroke * length }),
  });
  const put = (room: number, taken: number): number => {
    const free = room - taken;
    const at =
      page.where === 'middle' ? 0.5 + random.uniform(-JITTER, JITTER) * (room / free) : random.uniform();
    return Math.round(free > 0 ? Math.min(1, Math.max(0, at)) * free : free / 2);
  };
  const place = {
    left: put(width, mask.width),
    top: put(height, mask.height),
    width: mask.width,
    height: mask.height,
  };
  const image = blank(width, height, page.paper);
  for (const paint of cell.under ?? []) paint(image, place, random);
  lay(image, mask, place.left, place.top, page.ink);
  for (const paint of cell.over ?? []) paint(image, place, random);
  return image;
}

/** The random numbers of one picture: those of one cell are independent of those of others. */
export const randomOf = ({ name }: Cell, index: number, seed: number): Random =>
  new Random(seed, streamOf(name), index);

/** FNV-1a of a name: a cell keeps its pictures when others come or go. */
function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

/** The pixels of a cell's pictures. */
export function pixelsOf(cell: Cell): number {
  const { width, height } = sizeOf(pageOf(cell, new Random(0)));
  return width * height;
}
