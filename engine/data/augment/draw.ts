/**
 * What is drawn at random to augment one image. All of it is integer arithmetic with numbers of 32 bits, so that every
 * device comes to the same bits: shaders may contract and reorder floats, but not integers.
 *
 * | written | means | so 1 is |
 * |---|---|---|
 * | Q6 | 64ths, of a pixel | 64 |
 * | Q8 | 256ths, of a pixel or of a share | 256 |
 * | Q12 | 4,096ths, of a pixel or of a probability | 4,096 |
 * | Q15 | 32,768ths, of a radian or a factor | 32,768 |
 * | Q16 | 65,536ths, of a pixel | 65,536 |
 *
 * `>>` rounds down, and `/` stands before positive numbers only, of which `Math.floor` takes the quotient. The limits
 * of each number keep every product below 2³¹ for images of up to 1,024 pixels a side.
 */

import { philox } from '../../random.ts';

/** How far an image may be changed: the largest amount of each kind, to either side. Zero leaves it out. */
export interface AugmentAttrs {
  /** Which of the independent random sequences of the seed. */
  readonly stream: number;
  /** Angle, Q15 radians. */
  readonly rotation: number;
  /** Columns to the side for each row, Q15. */
  readonly shear: number;
  /** An axis grows to 1 + scale or shrinks to 1/(1 + scale), Q15; each axis for itself. */
  readonly scale: number;
  /** Along each axis, Q6 pixels. */
  readonly shift: number;
  /** Of each control point of the elastic distortion along each axis, Q8 pixels. */
  readonly elastic: number;
  /** How much of the way to the brightest or the darkest of its neighbours a pixel goes, Q8. */
  readonly stroke: number;
  /** The probability that a rectangle is erased, Q12. */
  readonly erase: number;
  /** Its largest side, whole pixels. */
  readonly eraseSide: number;
}

/** The amounts alone, in the order in which wasm/augment.ts reads them. */
export const augmentParams = (attrs: AugmentAttrs): AugmentAttrs => {
  const { stream, rotation, shear, scale, shift, elastic, stroke, erase, eraseSide } = attrs;
  return { stream, rotation, shear, scale, shift, elastic, stroke, erase, eraseSide };
};

/** The largest value of each attribute, for images of `size`×`size` pixels. */
export const augmentLimits = (size: number): Readonly<Record<keyof AugmentAttrs, number>> => ({
  stream: 0xffffffff,
  // π/4, to which the polynomials of `sine` and `cosine` hold.
  rotation: 25_736,
  shear: 1 << 14,
  scale: 1 << 14,
  // A quarter of the side.
  shift: 16 * size,
  // Two fifths of the side.
  elastic: Math.floor(102.4 * size),
  stroke: 256,
  erase: 4096,
  eraseSide: size,
});

/** Height and width of the largest images, by which the formats above are chosen. */
export const LARGEST_SIZE = 1024;

/** Cells of the elastic grid along a side. */
export const CELLS = 4;

/** Control points along a side: a cubic spline over a cell takes four. */
export const POINTS = CELLS + 3;

/** Random words for one image: twelve for all that is named, one for each control point, three idle. */
export const WORDS = 64;

const FIRST_POINT = 12;

/** How one image is augmented. */
export interface Distortion {
  /** From an output pixel to its place in the source, Q15: source = matrix · (output − centre) + origin. */
  readonly matrix: readonly [number, number, number, number];
  /** Where the centre of the output lies in the source, along x and y, Q16 pixels. */
  readonly origin: readonly [number, number];
  /** Displacements of the control points in the source: [along x, along y] for each, row by row, Q8 pixels. */
  readonly points: Int32Array;
  /** From −256, thinner, to 256, thicker. */
  readonly stroke: number;
  /** What is erased: left and top inclusive, right and bottom exclusive. */
  readonly erased: readonly [left: number, top: number, right: number, bottom: number];
}

/** Uniform in (−limit, limit), symmetric about 0, for a random number of 12 bits and a limit below 2¹⁹. */
const spread = (bits: number, limit: number): number => ((2 * bits - 4095) * limit + 2048) >> 12;

/** sin θ for |θ| ≤ π/4, Q15: its Taylor polynomial of degree 7, which is off by 3·10⁻⁷ at most, by Horner's rule. */
export function sine(theta: number): number {
  const square = (theta * theta) >> 15;
  const inner = 32768 - Math.floor(square / 42);
  const middle = 32768 - Math.floor(((square * inner) >> 15) / 20);
  const outer = 32768 - Math.floor(((square * middle) >> 15) / 6);
  return (theta * outer) >> 15;
}

/** cos θ for |θ| ≤ π/4, Q15: the polynomial of degree 6, off by 4·10⁻⁶ at most. */
export function cosine(theta: number): number {
  const square = (theta * theta) >> 15;
  const inner = 32768 - Math.floor(square / 30);
  const outer = 32768 - Math.floor(((square * inner) >> 15) / 12);
  return 32768 - (((square * outer) >> 15) >> 1);
}

/** 1/(1 + t) for t ≥ 0, and 1 + |t| below, Q15: factors above and below 1 are equally likely. */
const shrink = (t: number): number => (t >= 0 ? Math.floor(2 ** 30 / (32768 + t)) : 32768 - t);

/**
 * Draws how one image is augmented: a pure function of the seed, the epoch and the place in the epoch.
 *
 * Ink is scaled, then sheared, turned and moved, about the centre of the image; what is returned leads back, from the
 * output to the source. The words come from Philox4x32-10 with the counters (0 … 15, stream, epoch, place).
 *
 * @param size height and width of the image, 1 … 1024
 * @param state [seed low, seed high, epoch], as the words of an int32 tensor
 */
export function drawDistortion(
  attrs: AugmentAttrs,
  size: number,
  state: ArrayLike<number>,
  place: number,
): Distortion {
  const words = new Uint32Array(WORDS);
  for (let block = 0; block < WORDS / 4; block++) {
    const counter = [block, attrs.stream, state[2], place];
    philox(counter, state, words.subarray(4 * block, 4 * block + 4));
  }
  const upper = (i: number) => words[i] >>> 20;
  const lower = (i: number) => (words[i] >>> 8) & 4095;

  const theta = spread(upper(0), attrs.rotation);
  const shear = spread(upper(1), attrs.shear);
  const shrinkX = shrink(spread(upper(2), attrs.scale));
  const shrinkY = shrink(spread(upper(3), attrs.scale));
  const shiftX = spread(upper(4), attrs.shift);
  const shiftY = spread(upper(5), attrs.shift);
  const [sin, cos] = [sine(theta), cosine(theta)];
  const xx = ((cos + ((shear * sin) >> 15)) * shrinkX) >> 15;
  const xy = ((sin - ((shear * cos) >> 15)) * shrinkX) >> 15;
  const yx = (-sin * shrinkY) >> 15;
  const yy = (cos * shrinkY) >> 15;
  // Half of size − 1 pixels, and the matrix in Q12 times the shift in Q6.
  const centre = (size - 1) << 15;
  const originX = centre - (((xx >> 3) * shiftX + (xy >> 3) * shiftY) >> 2);
  const originY = centre - (((yx >> 3) * shiftX + (yy >> 3) * shiftY) >> 2);

  const points = new Int32Array(2 * POINTS * POINTS);
  for (let i = 0; i < POINTS * POINTS; i++) {
    points[2 * i] = spread(upper(FIRST_POINT + i), attrs.elastic);
    points[2 * i + 1] = spread(lower(FIRST_POINT + i), attrs.elastic);
  }

  const isErased = upper(7) < attrs.erase && attrs.eraseSide > 0;
  const width = isErased ? 1 + ((upper(8) * attrs.eraseSide) >> 12) : 0;
  const height = isErased ? 1 + ((upper(9) * attrs.eraseSide) >> 12) : 0;
  const left = (upper(10) * (size - width + 1)) >> 12;
  const top = (upper(11) * (size - height + 1)) >> 12;

  return {
    matrix: [xx, xy, yx, yy],
    origin: [originX, originY],
    points,
    stroke: spread(upper(6), attrs.stroke),
    erased: [left, top, left + width, top + height],
  };
}
