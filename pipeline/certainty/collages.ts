import type { Random } from '../../engine/random.ts';

// What is no character although a hand wrote it: prepared images of characters turned, mirrored or put together. They
// look as the images of the classes do, so that a gate learns shapes and not pens or papers.

/** A prepared image: size² bytes. */
export type Image = Uint8Array;

export const turned = (image: Image, size: number, clockwise: boolean): Image =>
  image.map((_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    return clockwise ? image[(size - 1 - x) * size + y] : image[x * size + size - 1 - y];
  });

export const mirrored = (image: Image, size: number): Image =>
  image.map((_, i) => image[i - (i % size) + size - 1 - (i % size)]);

export const inverted = (image: Image): Image => image.map((byte) => 255 - byte);

/** One over the other, some pixels off. */
export function over(a: Image, b: Image, size: number, random: Random): Image {
  const most = Math.round(size / 4.5);
  const [dx, dy] = [random.integer(2 * most + 1) - most, random.integer(2 * most + 1) - most];
  return a.map((byte, i) => {
    const [x, y] = [(i % size) + dx, Math.floor(i / size) + dy];
    const isInside = x >= 0 && y >= 0 && x < size && y < size;
    return isInside ? Math.max(byte, b[y * size + x]) : byte;
  });
}

/** A quarter of each of four. */
export const patched = (four: readonly Image[], size: number): Image =>
  four[0].map((_, i) => four[(i % size < size / 2 ? 0 : 1) + (Math.floor(i / size) < size / 2 ? 0 : 2)][i]);

/** Ink from this byte on. */
const INK = 100;

/** Samples along each axis of a pixel when pictures are shrunk. */
const SAMPLES = 2;

/** Side by side, shrunk into a box of `extent` pixels: what a segmentation that did not part them would give. */
export function beside(images: readonly Image[], size: number, extent: number, random: Random): Image {
  const columns = images.map((image) => inkColumns(image, size));
  const gap = random.uniform(0, size / 7);
  const width = columns.reduce((sum, [from, to]) => sum + to - from, gap * (images.length - 1));
  // Sometimes cut at both ends.
  const scale = (Math.max(width, extent) / extent) * (random.integer(3) === 0 ? random.uniform(0.8, 1) : 1);
  const at = (u: number, v: number): number => {
    let left = 0;
    for (const [k, [from, to]] of columns.entries()) {
      if (u >= left && u < left + to - from)
        return images[k][Math.floor(v) * size + Math.floor(from + u - left)];
      left += to - from + gap;
    }
    return 0;
  };
  return Uint8Array.from({ length: size * size }, (_, i) => {
    let sum = 0;
    for (let a = 0; a < SAMPLES; a++)
      for (let b = 0; b < SAMPLES; b++) {
        const u = ((i % size) + (a + 0.5) / SAMPLES - size / 2) * scale + width / 2;
        const v = (Math.floor(i / size) + (b + 0.5) / SAMPLES - size / 2) * scale + size / 2;
        if (v >= 0 && v < size) sum += at(u, v);
      }
    return Math.round(sum / SAMPLES ** 2);
  });
}

/** The columns that have ink: the first, and the one after the last; one in the middle where there is none. */
function inkColumns(image: Image, size: number): readonly [number, number] {
  let [from, to] = [size, 0];
  image.forEach((byte, i) => {
    if (byte < INK) return;
    from = Math.min(from, i % size);
    to = Math.max(to, (i % size) + 1);
  });
  return from < to ? [from, to] : [size / 2, size / 2 + 1];
}
