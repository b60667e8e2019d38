import type { Random } from '../../../engine/random.ts';
import { fill } from '../../draw/fill.ts';
import { type Contour, placed } from '../../draw/outline.ts';
import type { GrayImage, RgbaImage } from '../../image/image.ts';
import { boundsOf, elastic, mapPoints, subdivide, thicken } from './deform.ts';

/** Side of a picture in pixels. */
const SIDE = 96;

/** How far pictures of one glyph differ; lengths are in em. */
const VARIATION = {
  /** the strongest turn, in radians, either way */
  turn: 0.15,
  /** the strongest slant, sideways for each unit of height, either way */
  slant: 0.3,
  /** standard deviation of the logarithm of width over height */
  aspect: 0.15,
  /** the largest standard deviation of the elastic displacement, and the lengths over which it stays alike */
  bend: 0.045,
  bendLength: [0.15, 0.5],
  /** how much thinner and thicker strokes get, on each side */
  pen: [-0.008, 0.03],
  /** the longer side of the letter, as a share of the picture's */
  share: [0.45, 0.85],
} as const;

/**
 * A picture of one letter as somebody might write it with a dark pen on light paper: turned, slanted, stretched,
 * bent and set somewhere else each time, with another pen, on paper that is shaded and grainy.
 *
 * @param contours the letter's outline in em, y down
 * @param random decides everything; a letter takes a bounded number of its numbers
 * @returns an opaque picture of 96×96 pixels
 */
export function writeLetter(contours: readonly Contour[], random: Random): RgbaImage {
  return onPaper(place(vary(contours, random), random), random);
}

/** The outline as a hand might form it. */
export function vary(contours: readonly Contour[], random: Random): Contour[] {
  const { turn, slant, aspect, bend, bendLength, pen } = VARIATION;
  const angle = random.uniform(-turn, turn);
  const shear = random.uniform(-slant, slant);
  const stretch = Math.exp(aspect * random.normal());
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const bent = elastic(random, random.uniform(0, bend), random.uniform(...bendLength));
  const drawn = thicken(subdivide(contours, 0.03), random.uniform(...pen));
  return mapPoints(drawn, (x0, y0) => {
    const [x1, y1] = bent(x0, y0);
    const x = stretch * (x1 - shear * y1);
    return [cos * x - sin * y1, sin * x + cos * y1];
  });
}

/** The outline in the picture, at some size and at some place where it fits. */
function place(contours: readonly Contour[], random: Random): GrayImage {
  const { left, top, width, height } = boundsOf(contours);
  const longer = random.uniform(...VARIATION.share) * SIDE;
  const scale = longer / Math.max(width, height);
  const [x, y] = [random.uniform(0, SIDE - scale * width), random.uniform(0, SIDE - scale * height)];
  return fill(placed(contours, scale, x - scale * left, y - scale * top), SIDE, SIDE);
}

/** Ink of one colour on paper, with light that falls off to one side, and grain. */
function onPaper({ width, height, data }: GrayImage, random: Random): RgbaImage {
  const ink = [random.uniform(0, 90), random.uniform(0, 90), random.uniform(0, 140)];
  const paper = [random.uniform(200, 255), random.uniform(200, 250), random.uniform(185, 250)];
  const [angle, shade] = [random.uniform(0, 2 * Math.PI), random.uniform(0, 0.25)];
  const [shadeX, shadeY] = [shade * Math.cos(angle), shade * Math.sin(angle)];
  const grain = random.uniform(0, 12);
  // It rounds and clamps what is put into it.
  const out = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const light = 1 - shade / 2 - shadeX * (x / width - 0.5) - shadeY * (y / height - 0.5);
      const noise = grain * roughlyNormal(random.word());
      for (let c = 0; c < 3; c++) {
        out[4 * i + c] = light * (paper[c] + data[i] * (ink[c] - paper[c])) + noise;
      }
      out[4 * i + 3] = 255;
    }
  }
  return { width, height, data: new Uint8Array(out.buffer) };
}

/**
 * Four bytes → a number of mean 0 and standard deviation 1: a sum of uniform numbers, near enough to normal for
 * grain and a fifth of its cost.
 */
const roughlyNormal = (word: number): number =>
  ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) / 147.8;
