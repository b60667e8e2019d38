import { PipelineError } from '../faults.ts';
import { type Channels, type PlanarImage, type RgbaImage, toByte } from './image.ts';

/** An image as programs have it in memory, such as the `ImageData` of a canvas or what a decoder of PNG files gives. */
export interface Pixels {
  /** pixels in a row, ≥ 1 */
  readonly width: number;
  /** rows, ≥ 1 */
  readonly height: number;
  /**
   * row by row from the top left, for each pixel one number (grey), three (red, green and blue) or four (with straight
   * alpha). Numbers of a Uint8Array or Uint8ClampedArray are bytes, 0…255. Those of any other array are 0…1, or whole
   * numbers 0…255 where one of them is above 1.
   */
  readonly data: ArrayLike<number>;
  /** 3 where all of red comes first, then all of green, then all of blue, as networks take them; 1 for grey */
  readonly channels?: Channels;
}

/** Rows of brightness from the top, each a list of numbers as `Pixels` has them: 28 of 28, say. */
export type Rows = readonly ArrayLike<number>[];

/** What is taken for an image. */
export type ImageLike = Pixels | Rows;

const fail = (what: string): never => {
  throw new PipelineError(what, 'not-an-image');
};

/**
 * An image in memory as a picture.
 *
 * @param image `{ width, height, data }` with grey, RGB or RGBA pixels, or rows of brightness
 * @param where what errors call it
 * @returns red, green, blue and alpha as bytes; the image's own where it has these already
 * @throws PipelineError `not-an-image` where sizes and numbers do not fit each other
 * @category Pictures
 * @example
 * import { imageFrom } from 'inkgrad/vision';
 *
 * const picture = imageFrom([
 *   [0, 255],
 *   [255, 0],
 * ]);
 * console.log(picture.width, picture.height, picture.data.length);
 * // 2 2 16
 */
export function imageFrom(image: ImageLike, where = 'image'): RgbaImage {
  const { width, height, data: numbers, channels, each } = pixelsOf(image, where);
  const count = width * height;
  const bytes = toBytes(numbers, where);
  if (each === 4) return { width, height, data: bytes };
  const data = new Uint8Array(4 * count).fill(255);
  // Where the numbers of one pixel lie: side by side, or an image apart.
  const [step, apart] = channels === 3 ? [1, count] : [each, each === 1 ? 0 : 1];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) data[4 * i + k] = bytes[i * step + k * apart];
  }
  return { width, height, data };
}

/**
 * Floats 0…1 of an image as steps take it: by channels where it lies so, else in one channel; undefined where its pixels have
 * colours side by side.
 *
 * @throws PipelineError as `imageFrom` does
 */
export function planarFrom(image: ImageLike, where = 'image'): PlanarImage | undefined {
  const { width, height, data, channels, each } = pixelsOf(image, where);
  if (each !== 1 && channels !== 3) return undefined;
  return { width, height, data: toFloats(data, where), ...(channels === 3 && { channels }) } as PlanarImage;
}

/** The pixels of an image, held to its size, and how many numbers each has. */
function pixelsOf(image: ImageLike, where: string): Pixels & { readonly each: number } {
  const pixels = isRows(image) ? joinedRows(image, where) : image;
  const { width, height } = sizeOf(pixels, where);
  const { data, channels } = pixels;
  return { width, height, data, ...(channels && { channels }), each: valuesOf(pixels, where) };
}

/** Whether something is one image in rows, and no list of images. */
export const isRows = (image: unknown): image is Rows =>
  Array.isArray(image) &&
  image.length > 0 &&
  (ArrayBuffer.isView(image[0]) || typeof image[0]?.[0] === 'number');

function joinedRows(rows: Rows, where: string): Pixels {
  const width = rows[0].length;
  const odd = rows.findIndex((row) => row?.length !== width);
  if (odd >= 0)
    return fail(
      `${where}: row ${odd} has ${rows[odd]?.length ?? 'no'} values, and row 0 has ${width}; rows are as long as each other`,
    );
  return { width, height: rows.length, data: rows.flatMap((row) => Array.from(row)) };
}

function sizeOf(image: unknown, where: string): { width: number; height: number } {
  const { width, height, data } = (image ?? {}) as Partial<Pixels>;
  if (typeof data !== 'object' || data === null || typeof data.length !== 'number') {
    return fail(
      `${where}: expected { width, height, data } or rows of numbers; of a canvas give context.getImageData(0, 0, width, height)`,
    );
  }
  const isSide = (side: unknown): side is number => Number.isSafeInteger(side) && (side as number) >= 1;
  if (isSide(width) && isSide(height)) return { width, height };
  return fail(`${where}: ${String(width)}×${String(height)} pixels; expected whole numbers ≥ 1`);
}

/** The numbers of each pixel. */
function valuesOf({ width, height, data, channels }: Pixels, where: string): number {
  const count = width * height;
  const allowed = channels === undefined ? [1, 3, 4] : [channels];
  const each = allowed.find((n) => n * count === data.length);
  if (each !== undefined) return each;
  const names: Readonly<Record<number, string>> = {
    1: 'grey',
    3: 'red, green and blue',
    4: 'these and alpha',
  };
  const expected = allowed.map((n) => `${n * count} (${names[n] ?? n})`).join(', ');
  return fail(`${where}: ${data.length} values for ${width}×${height} pixels; expected ${expected}`);
}

/** What sums of many floats may be off: they are still taken for 0 and 1. */
const ROUNDING = 1e-4;

/**
 * Whether numbers are bytes, 0…255, and not 0…1.
 *
 * @throws PipelineError where one is neither
 */
function areBytes(data: ArrayLike<number>, where: string): boolean {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return true;
  let bytes = false;
  for (let i = 0; i < data.length; i++) bytes ||= data[i] > 1 + ROUNDING;
  for (let i = 0; i < data.length; i++) {
    const value: unknown = data[i];
    const isIn = typeof value === 'number' && value >= -ROUNDING && value <= (bytes ? 255 : 1 + ROUNDING);
    if (isIn && (!bytes || Number.isInteger(value))) continue;
    return fail(
      `${where}: number ${i} is ${String(value)}; expected numbers from 0 to 1, or whole numbers from 0 to 255`,
    );
  }
  return bytes;
}

/**
 * Numbers as bytes; what are bytes already stays where it is.
 *
 * @throws PipelineError where one is neither 0…1 nor a whole number 0…255
 */
export function toBytes(data: ArrayLike<number>, where: string): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof Uint8ClampedArray) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  return areBytes(data, where) ? Uint8Array.from(data) : Uint8Array.from(data, toByte);
}

/** Numbers as floats 0…1; what are floats already stays where it is. */
function toFloats(data: ArrayLike<number>, where: string): Float32Array {
  if (areBytes(data, where)) return Float32Array.from(data, (byte) => byte / 255);
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
