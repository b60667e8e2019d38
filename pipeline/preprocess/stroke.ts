import * as v from 'valibot';
import type { GrayImage } from '../image/image.ts';
import { within } from '../numbers.ts';
import { squaredDistances } from './distance.ts';
import type { StepKind } from './step.ts';

/** How wide strokes become. */
export interface StrokeParameters {
  /** the width that strokes get, as a share of the image's longer side */
  readonly width: number;
}

/**
 * Gives bright ink strokes of one width. A stroke of width w and length l has the area A = w·l and the border
 * P = 2·l, so w = 2·A / P; the ink's outline is then moved by δ = (w' − w) / 2, which makes ink of all pixels
 * whose signed distance to it is at most δ. Ink is only ever grown: a thinner outline would break the thin
 * parts of a stroke. The image grows by δ on each side and must be cropped to its ink before.
 */
export const stroke: StepKind<StrokeParameters> = {
  expects: 'width, a share of 0.01 to 0.5',
  parameters: v.object({ width: within(0.01, 0.5) }),
  work: () => 130,
  largest(size, { width: share }) {
    const room = 2 * Math.ceil((share * Math.max(size.width, size.height)) / 2);
    return { width: size.width + room, height: size.height + room };
  },
  apply: (image, { width }) => {
    const now = strokeWidth(image);
    const delta = (width * Math.max(image.width, image.height) - now) / 2;
    return now === 0 || delta <= 0 ? image : grow(image, delta);
  },
};

/** 2·A / P, P the sides that pixels of ink share with paper or with the outside; 0 without ink. */
export function strokeWidth({ width, height, data }: GrayImage): number {
  let [area, border] = [0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!(data[at] > 0.5)) continue;
      area++;
      if (x === 0 || !(data[at - 1] > 0.5)) border++;
      if (x === width - 1 || !(data[at + 1] > 0.5)) border++;
      if (y === 0 || !(data[at - width] > 0.5)) border++;
      if (y === height - 1 || !(data[at + width] > 0.5)) border++;
    }
  }
  return border === 0 ? 0 : (2 * area) / border;
}

/** Ink where the distance to ink is at most δ, on a canvas with that much more room around it. */
function grow(image: GrayImage, delta: number): GrayImage {
  const room = Math.ceil(delta);
  const width = image.width + 2 * room;
  const height = image.height + 2 * room;
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      ink[(y + room) * width + x + room] = +(image.data[y * image.width + x] > 0.5);
    }
  }
  const distances = squaredDistances(ink, width, height);
  const data = new Float32Array(distances.length);
  for (let i = 0; i < data.length; i++) data[i] = +(distances[i] <= delta * delta);
  return { width, height, data };
}
