import type { RgbaImage } from './image.ts';

/** EXIF's tag Orientation (JEITA CP-3451, 4.6.4), and its type SHORT. */
const TAG = 0x0112;
const SHORT = 3;

/** What TIFF data starts with (TIFF 6.0, section 2): "II" or "MM" for the order of bytes, and a number. */
const INTEL = 0x4949;
const MOTOROLA = 0x4d4d;
const MAGIC = 42;

/** Bytes of an entry of a directory: tag, type, count and value. */
const ENTRY = 12;

/**
 * How a picture lies in its file: whether its columns are rows there, and then whether rows and columns run
 * from the right and from the bottom. By the value of EXIF's Orientation, from 1.
 */
const LAYS: readonly { readonly turned: boolean; readonly right: boolean; readonly bottom: boolean }[] = [
  { turned: false, right: false, bottom: false },
  { turned: false, right: true, bottom: false },
  { turned: false, right: true, bottom: true },
  { turned: false, right: false, bottom: true },
  { turned: true, right: false, bottom: false },
  { turned: true, right: false, bottom: true },
  { turned: true, right: true, bottom: true },
  { turned: true, right: true, bottom: false },
];

/**
 * Reads the one tag of EXIF that matters to a picture. What is broken counts as upright, as in other readers:
 * the pixels are whole all the same.
 *
 * @param tiff the EXIF data, from its byte order on
 * @returns 1 to 8
 */
export function readOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return 1;
  const little = view.getUint16(0) === INTEL;
  if ((!little && view.getUint16(0) !== MOTOROLA) || view.getUint16(2, little) !== MAGIC) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * ENTRY;
    if (at + ENTRY > tiff.length) return 1;
    if (view.getUint16(at, little) !== TAG) continue;
    const value = view.getUint16(at + 8, little);
    return view.getUint16(at + 2, little) === SHORT && LAYS[value - 1] ? value : 1;
  }
  return 1;
}

/** Turns and mirrors a picture the way its orientation (1 to 8) says. */
export function upright(image: RgbaImage, orientation: number): RgbaImage {
  if (orientation === 1) return image;
  const { turned, right, bottom } = LAYS[orientation - 1];
  const [width, height] = turned ? [image.height, image.width] : [image.width, image.height];
  const data = new Uint8Array(image.data.length);
  const from = new DataView(image.data.buffer, image.data.byteOffset);
  const to = new DataView(data.buffer);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = turned ? y : x;
      const row = turned ? x : y;
      const fromX = right ? image.width - 1 - column : column;
      const fromY = bottom ? image.height - 1 - row : row;
      to.setUint32(4 * (y * width + x), from.getUint32(4 * (fromY * image.width + fromX)));
    }
  }
  return { width, height, data };
}
