import { closed, type Plane } from './extremes.ts';

/** Whether ink is darker than its paper or brighter. */
export type Polarity = 'dark' | 'bright';

/** How far each pixel is from the paper around it. */
export interface Contrast {
  readonly polarity: Polarity;
  /** strokes are at most 2·reach + 1 pixels wide */
  readonly reach: number;
  /** the paper's value at each pixel, along the same axis as the picture's */
  readonly ground: Plane;
  /** ≥ 0; 0 is paper */
  readonly contrast: Float32Array;
}

/** Light falls on ink and paper alike, so what counts is their ratio; below this the noise of the dark would count as ink. */
const DIMMEST = 0.25;

/**
 * The top-hat transform (Meyer, "Contrast feature extraction", 1979): what a closing fills is ink, for it is darker than its
 * surroundings and nowhere wider than the square of the closing. What is wider, as a shadow, a table or a tile, is ground,
 * and its edges stay sharp. Dark ink is measured as a share of the light on its paper, 1 − v/g; bright ink by the
 * difference, since it is its own light.
 *
 * @param plane values 0…1
 */
export function contrastOf(plane: Plane, polarity: Polarity, reach: number): Contrast {
  const { width, height } = plane;
  const isDark = polarity === 'dark';
  const data = isDark ? plane.data : complement(plane.data);
  const filled = closed({ width, height, data }, reach);
  const contrast = new Float32Array(data.length);
  const light = filled.data;
  for (let i = 0; i < data.length; i++) {
    const difference = light[i] - data[i];
    contrast[i] = isDark ? difference / Math.max(light[i], DIMMEST) : difference;
  }
  const ground = isDark ? filled : { width, height, data: complement(light) };
  return { polarity, reach, ground, contrast };
}

/** v → 1 − v. */
function complement(values: Float32Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = 1 - values[i];
  return out;
}

/** The contrast of one value to its ground. */
export const contrastAt = (value: number, ground: number, polarity: Polarity): number =>
  Math.max(0, polarity === 'dark' ? (ground - value) / Math.max(ground, DIMMEST) : value - ground);

/** How far brightness steps from paper to ink of some contrast. */
export const fullStep = (ink: number, ground: number, polarity: Polarity): number =>
  polarity === 'dark' ? ink * Math.max(ground, DIMMEST) : ink;
