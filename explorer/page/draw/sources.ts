import { computed, signal } from '@preact/signals';
import { Random } from '../../../engine/random.ts';
import { forms } from '../../../pipeline/data/drawn/forms.ts';
import { byHand } from '../../../pipeline/data/drawn/hand.ts';
import { rgbaFromBytes } from '../../../pipeline/data/prepareDataset.ts';
import { fitted } from '../../../pipeline/draw/strokes.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import type { Written } from '../../address/plain.ts';
import { lab } from '../state/lab.ts';
import { attempt, network, picture, prepared, read } from '../state/session.ts';
import { chosenLabel } from '../state/tape.ts';
import { PEN, SIDE, type Stroke, strokes } from './strokes.ts';

/** A picture that was chosen in the place of a drawing: as it is shown, and what it is called. */
export const chosen = signal<{ readonly url: string; readonly name: string } | null>(null);

/** The most pixels of a picture: as the command line has it, 64 megapixels. */
const MOST_PIXELS = 64e6;

/** Reads what is drawn; an empty paper is no picture. */
export function showDrawing(canvas: HTMLCanvasElement): void {
  if (strokes.value.length > 0) forgetChosen();
  else if (chosen.value !== null) return;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, SIDE, SIDE);
  const bytes = new Uint8Array(data.buffer);
  picture.value = strokes.value.length === 0 ? null : { width: SIDE, height: SIDE, data: bytes };
  void read();
}

/** Empties the desk. */
export function clear(): void {
  forgetChosen();
  strokes.value = [];
}

function forgetChosen(): void {
  if (chosen.value !== null) URL.revokeObjectURL(chosen.value.url);
  chosen.value = null;
  // With an image goes what it is of.
  if (prepared.value !== null) chosenLabel.value = null;
  prepared.value = null;
}

/**
 * Puts an image of a data set on the desk, which came prepared.
 *
 * @param image size² bytes
 * @param label the class that it is of; null where the network has no such
 */
export const showImage = (image: Uint8Array, label: number | null, name: string) =>
  attempt('picture', async () => {
    clear();
    chosen.value = { url: URL.createObjectURL(await pngOf(image)), name };
    picture.value = null;
    prepared.value = image;
    chosenLabel.value = label;
    await read();
  });

/** Puts one of MNIST's test images on the desk, another each time. */
export const takeTestImage = () =>
  attempt('picture', async () => {
    if (network.value === null) return;
    const { plan, name, classes } = network.value;
    const { image, size, digit } = await lab.testImage(Math.random());
    if (plan.recipe.size !== size) {
      throw new Error(
        `MNIST’s images have ${size}×${size} pixels; ${name} takes ${plan.recipe.size}×${plan.recipe.size}.`,
      );
    }
    const label = classes.indexOf(digit);
    await showImage(image, label < 0 ? null : label, `a test image of ${digit}`);
  });

/** @param image size² bytes */
async function pngOf(image: Uint8Array): Promise<Blob> {
  const size = Math.sqrt(image.length);
  const canvas = new OffscreenCanvas(size, size);
  const { data } = rgbaFromBytes(image, size);
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(data), size), 0, 0);
  return canvas.convertToBlob();
}

/** Puts a picture on the desk, from a file, a drop, the clipboard or a camera. */
export const choosePicture = (file: Blob, name: string) =>
  attempt('picture', async () => {
    const url = URL.createObjectURL(file);
    try {
      const image = await decode(file, url, name);
      clear();
      chosen.value = { url, name };
      picture.value = image;
    } catch (error) {
      URL.revokeObjectURL(url);
      throw error;
    }
    await read();
  });

/** @throws Error that says in a sentence what the file is not, or that it is too large */
export async function readPicture(file: Blob, name: string): Promise<RgbaImage> {
  const url = URL.createObjectURL(file);
  return decode(file, url, name).finally(() => URL.revokeObjectURL(url));
}

async function decode(file: Blob, url: string, name: string): Promise<RgbaImage> {
  const image = new Image();
  image.src = url;
  const loaded = new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = reject;
  });
  // The size is known before a pixel is decoded.
  await loaded.catch(() => {
    throw new Error(`${name} is no picture that this browser can read; take a PNG or a JPEG.`);
  });
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width * height > MOST_PIXELS) {
    const many = Math.round((width * height) / 1e6);
    throw new Error(`${name} has ${many} megapixels; take one of at most ${MOST_PIXELS / 1e6}.`);
  }
  const bitmap = await createImageBitmap(file);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const whole = { width: bitmap.width, height: bitmap.height, data: new Uint8Array(data.buffer) };
  bitmap.close();
  return whole;
}

/** Digits that the page can write by itself. */
export const written = Object.keys(forms);

/**
 * A digit as some hand writes it.
 *
 * @param seed the same seed writes it alike
 */
export function writtenStrokes(digit: string, seed: number): Stroke[] {
  const random = new Random(seed);
  const ways = forms[digit];
  const figure = byHand(ways[random.integer(ways.length)]);
  const paths = fitted(figure(random), { size: SIDE, extent: 0.7 * SIDE, radius: PEN / 2 });
  const middle = SIDE / 2;
  return paths.map((path) =>
    Array.from({ length: path.length / 2 }, (_, i) => {
      return { x: middle + path[2 * i], y: middle + path[2 * i + 1], width: PEN };
    }),
  );
}

/** Hands that write: short in an address, and more than anybody sees. */
const HANDS = 10_000;

/** What was written last, and what of it lay on the desk. */
const last = signal<(Written & { readonly strokes: readonly Stroke[] }) | null>(null);

/** What is written on the desk; null where something else lies there. */
export const onDesk = computed((): Written | null => {
  if (last.value === null || last.value.strokes !== strokes.value) return null;
  const { digit, hand } = last.value;
  return { digit, hand };
});

/** Writes a digit on the desk, by another hand each time, or by the one that is given. */
export function write(digit: string, hand = Math.floor(Math.random() * HANDS)): void {
  clear();
  strokes.value = writtenStrokes(digit, hand);
  last.value = { digit, hand, strokes: strokes.value };
}
