/**
 * What the header of a PNG says of its pixels, and how they lie in the image data. Section numbers are those of
 * "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import { checkSize, type Fail } from './refusal.ts';

/** Samples a pixel and bit depths allowed, by colour type (section 11.2.2, table 11.1). */
const COLOUR_TYPES: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** First column, first row, column step and row step of the seven Adam7 passes (section 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** bits of a sample */
  readonly depth: number;
  readonly colourType: number;
  /** samples of a pixel: 1 grey or a number of the palette; 2 grey, alpha; 3 red, green, blue; 4 these and alpha */
  readonly samples: number;
  readonly interlaced: boolean;
}

/** Reads the body of IHDR (11.2.2). */
export function readHeader(body: Uint8Array, maxPixels: number, fail: Fail): PngHeader {
  if (body.length !== 13) fail(`the PNG header has ${body.length} bytes where 13 belong`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colourType, compression, filter, interlace] = body.subarray(8);
  checkSize('PNG', width, height, maxPixels, fail);
  const colours = COLOUR_TYPES[colourType];
  if (!colours?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    fail('the PNG header names a pixel format that does not exist');
  }
  return { width, height, depth, colourType, samples: colours.samples, interlaced: interlace === 1 };
}

/** Every stepX-th column from x on of every stepY-th row from y on: they stand together in the image data. */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
  /** bytes of the packed pixels of a row, before which its filter byte stands (7.2) */
  readonly bytes: number;
}

/** The passes of a picture that hold a pixel; a single one where it is not interlaced. */
export function passesOf({ width, height, depth, samples, interlaced }: PngHeader): Pass[] {
  return (interlaced ? ADAM7 : [[0, 0, 1, 1]])
    .map(([x, y, stepX, stepY]) => {
      const columns = Math.ceil((width - x) / stepX);
      const rows = Math.ceil((height - y) / stepY);
      return { x, y, stepX, stepY, columns, rows, bytes: Math.ceil((columns * samples * depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Bytes of the inflated image data. */
export const imageDataLength = (header: PngHeader): number =>
  passesOf(header).reduce((sum, { rows, bytes }) => sum + rows * (1 + bytes), 0);
