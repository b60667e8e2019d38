import type { Plane } from './extremes.ts';
import type { SmallPicture } from './shrink.ts';

/** How colours become one value: a weight for each channel, and what is added so that the result is 0…1. */
export interface Axis {
  readonly weights: readonly [number, number, number];
  readonly offset: number;
  /** not a sum, but the least or the most of the three */
  readonly extreme?: 'least' | 'most';
}

/**
 * The least of the channels. On white paper every ink takes light out of one of them: yellow has as little blue as black has,
 * and a sum shows it as faint as pencil.
 */
export const LEAST: Axis = { weights: [1 / 3, 1 / 3, 1 / 3], offset: 0, extreme: 'least' };

/** The most of them: bright ink of any colour on black. */
export const MOST: Axis = { ...LEAST, extreme: 'most' };

/** The mean of the channels: what a picture without colour is looked at along. */
const GRAY: Axis = { weights: [1 / 3, 1 / 3, 1 / 3], offset: 0 };

/** How far apart pixels are that are compared, as a share of the longer side: the grain of neighbours says nothing of ink. */
const APART = 0.03;

/** Rounds of the power method; eigenvalues that are close give directions that are equally good. */
const ROUNDS = 30;

/** Near grey, but at a right angle to no direction that colours are likely to lie in, such as from red to blue. */
const START = [1, 1.001, 1.003];

/**
 * The direction in the space of colours along which neighbours differ most: the first principal component of the
 * differences between pixels (as Di Zenzo took them for edges of colour, "A note on the gradient of a multi-image", CVGIP
 * 33, 1986). For black on white it is the mean of the channels; red on a green of the same brightness, or yellow beside
 * dark blue, keep their contrast along it.
 */
export function axisOf({ width, height, channels }: SmallPicture): Axis {
  if (channels.length === 1) return GRAY;
  const [red, green, blue] = channels;
  let [rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0];
  const apart = Math.max(1, Math.round(APART * Math.max(width, height)));
  for (let y = 0; y + apart < height; y++) {
    for (let x = 0; x + apart < width; x++) {
      const at = y * width + x;
      // The pixel to the right, then the one below.
      for (let k = 0, other = at + apart; k < 2; k++, other = at + apart * width) {
        const r = red[other] - red[at];
        const g = green[other] - green[at];
        const b = blue[other] - blue[at];
        rr += r * r;
        rg += r * g;
        rb += r * b;
        gg += g * g;
        gb += g * b;
        bb += b * b;
      }
    }
  }
  const covariance = [rr, rg, rb, rg, gg, gb, rb, gb, bb];
  let axis = START;
  for (let round = 0; round < ROUNDS; round++) {
    const next = axis.map((_, i) => axis.reduce((sum, value, j) => sum + value * covariance[3 * i + j], 0));
    const length = Math.hypot(...next);
    if (length < 1e-12) return GRAY;
    axis = next.map((value) => value / length);
  }
  const sign = axis[0] + axis[1] + axis[2] < 0 ? -1 : 1;
  const total = axis.reduce((sum, value) => sum + Math.abs(value), 0);
  const [ofRed, ofGreen, ofBlue] = axis.map((value) => (sign * value) / total);
  const offset = -[ofRed, ofGreen, ofBlue].reduce((sum, value) => sum + Math.min(0, value), 0);
  return { weights: [ofRed, ofGreen, ofBlue], offset };
}

/** The values of a picture along an axis, 0…1. */
export function along({ width, height, channels }: SmallPicture, { weights, offset, extreme }: Axis): Plane {
  if (channels.length === 1) return { width, height, data: channels[0] };
  const [red, green, blue] = channels;
  const data = new Float32Array(width * height);
  if (extreme !== undefined) {
    const of = extreme === 'least' ? Math.min : Math.max;
    for (let i = 0; i < data.length; i++) data[i] = of(red[i], green[i], blue[i]);
    return { width, height, data };
  }
  for (let i = 0; i < data.length; i++) {
    data[i] = offset + weights[0] * red[i] + weights[1] * green[i] + weights[2] * blue[i];
  }
  return { width, height, data };
}
