import type { Random } from '../../../engine/random.ts';
import { fill } from '../../draw/fill.ts';
import { placed } from '../../draw/outline.ts';
import { drawn, type Figure, fitted } from '../../draw/strokes.ts';
import type { Glyph } from '../../draw/typeface.ts';
import { toByte } from '../../image/image.ts';
import type { Dataset } from '../dataset.ts';
import { count } from '../dataset.ts';
import { boundsOf } from '../synth/deform.ts';
import { vary } from '../synth/letter.ts';

// Pictures that are drawn as recipes leave those of characters: bright ink on black, as large as the images of the
// classes are, its centre of mass in the middle.

/** Where ink goes. */
export interface Canvas {
  /** side in pixels */
  readonly size: number;
  /** the longer side of the ink in some images of the classes, one of which a picture takes */
  readonly extents: ArrayLike<number>;
}

/** Half the width of a pen in pixels of an image of 28: what fits into MNIST's, and some thinner and thicker. */
const PEN = { thinnest: 0.55, thickest: 2 };

/** Ink from this byte on. */
const INK = 64;

/** Images that are looked at for the extent of ink. */
const LOOKED_AT = 500;

export const pick = <T>(list: ArrayLike<T>, random: Random): T => list[random.integer(list.length)];

/** The canvas of the images of a data set. */
export function canvasOf(dataset: Dataset): Canvas {
  const { images, size } = dataset;
  const extents = Array.from({ length: Math.min(count(dataset), LOOKED_AT) }, (_, k) => {
    let [left, right, top, bottom] = [size, -1, size, -1];
    for (let i = 0; i < size * size; i++) {
      if (images[k * size * size + i] < INK) continue;
      const [x, y] = [i % size, Math.floor(i / size)];
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
    }
    return Math.max(right - left, bottom - top) + 1;
  });
  const inked = extents.filter((extent) => extent > 2);
  return { size, extents: inked.length > 0 ? inked : [size] };
}

/** Values 0…1 as bytes, written to a place: a loop takes a tenth of the time of `Uint8Array.from`. */
export function putBytes(values: ArrayLike<number>, out: Uint8Array, at: number): void {
  for (let i = 0; i < values.length; i++) out[at + i] = toByte(values[i]);
}

/** A figure, drawn with some pen: size² values, 0…1. */
export function drawFigure(figure: Figure, { size, extents }: Canvas, random: Random): Float32Array {
  const extent = pick(extents, random);
  const radius = (size / 28) * Math.exp(random.uniform(Math.log(PEN.thinnest), Math.log(PEN.thickest)));
  const fit = { size, extent, radius };
  return centred(drawn(fitted(figure(random), fit), fit), size, extent);
}

/** A character of a font as a hand might form it: size² values, 0…1. */
export function drawGlyph({ contours }: Glyph, { size, extents }: Canvas, random: Random): Float32Array {
  const varied = vary(contours, random);
  const extent = pick(extents, random);
  const { left, top, width, height } = boundsOf(varied);
  const scale = extent / Math.max(width, height);
  const [x, y] = [(size - scale * width) / 2 - scale * left, (size - scale * height) / 2 - scale * top];
  return centred(fill(placed(varied, scale, x, y), size, size).data, size, extent);
}

/** Moves ink so that its centre of mass is in the middle, as far as the canvas reaches: as the step `centre` does. */
function centred(ink: Float32Array, size: number, extent: number): Float32Array {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] === 0) continue;
    mass += ink[i];
    sumX += ink[i] * (i % size);
    sumY += ink[i] * Math.floor(i / size);
  }
  const room = Math.max(0, Math.floor((size - extent) / 2));
  const move = (sum: number) =>
    mass === 0 ? 0 : Math.min(room, Math.max(-room, Math.round(size / 2 - sum / mass)));
  const [dx, dy] = [move(sumX), move(sumY)];
  if (dx === 0 && dy === 0) return ink;
  const out = new Float32Array(ink.length);
  for (let y = Math.max(0, dy); y < Math.min(size, size + dy); y++) {
    const row = (y - dy) * size;
    out.set(
      ink.subarray(row + Math.max(0, -dx), row + Math.min(size, size - dx)),
      y * size + Math.max(0, dx),
    );
  }
  return out;
}
