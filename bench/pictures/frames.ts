/** What lies in a picture beside the character: lines of a form, the edge of the paper, a table, ruling. */
import type { Random } from '../../engine/random.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import {
  around,
  blend,
  type Colour,
  grey,
  hex,
  type Painter,
  type Place,
  roundedShare,
  stripe,
} from './canvas.ts';
import { rough } from './noise.ts';

type Range = readonly [number, number];

/** The sides of a picture: how a line along each runs, and whether it is the far one. */
const sides = [
  { way: 'across', far: false },
  { way: 'down', far: true },
  { way: 'across', far: true },
  { way: 'down', far: false },
] as const;

type Side = (typeof sides)[number];

/** How long and how deep a picture is for a line along a side. */
const extent = ({ way }: Side, { width, height }: RgbaImage) =>
  way === 'across' ? { long: width, deep: height } : { long: height, deep: width };

/** Some of the sides at random. */
const someSides = (count: number, random: Random): Side[] =>
  Array.from(random.permutation(sides.length).subarray(0, count), (i) => sides[i]);

/** Two sides that meet, or one. */
function meetingSides(count: number, random: Random): Side[] {
  const first = random.integer(sides.length);
  return Array.from({ length: count }, (_, i) => sides[(first + i) % sides.length]);
}

/**
 * Lines of a form that was cut out a little too wide.
 *
 * @param thickness as a share of the picture's width; no line is thinner than a pixel
 */
export const cellLines =
  (count: number, thickness: Range): Painter =>
  (image, _, random) => {
    const colour = grey(random.uniform(0, 90));
    for (const side of someSides(count, random)) {
      const { long, deep } = extent(side, image);
      const thick = Math.max(1, random.uniform(...thickness) * deep);
      const inset = random.uniform(0, 0.02) * deep;
      const tilt = random.uniform(-0.008, 0.008);
      const at = side.far ? deep - inset - thick : inset;
      stripe(image, colour, { way: side.way, at: at - (tilt * long) / 2, thickness: thick, slope: tilt });
    }
  };

/** A frame that somebody has drawn around the character. */
export const frameAround =
  (thickness: Range): Painter =>
  (image, place, random) => {
    const gap = random.uniform(0.12, 0.28) * Math.max(place.width, place.height);
    const thick = Math.max(1, random.uniform(...thickness) * image.width);
    const colour = grey(random.uniform(0, 90));
    const { left, top, width, height } = around(place, gap);
    const [right, bottom] = [left + width, top + height];
    const tilt = () => random.uniform(-0.01, 0.01);
    for (const at of [top - thick, bottom]) {
      stripe(image, colour, {
        way: 'across',
        at,
        thickness: thick,
        from: left - thick,
        to: right + thick,
        slope: tilt(),
      });
    }
    for (const at of [left - thick, right]) {
      stripe(image, colour, {
        way: 'down',
        at,
        thickness: thick,
        from: top - thick,
        to: bottom + thick,
        slope: tilt(),
      });
    }
  };

const tables: readonly Colour[] = ['#3b2a1e', '#5a4230', '#2b2b2d', '#4a4d52', '#1f2a24', '#6b4a33'].map(hex);

/** Paper that does not cover a dark table along some sides. */
const onTable =
  (choose: (random: Random) => readonly Side[]): Painter =>
  (image, _, random) => {
    const colour = tables[random.integer(tables.length)];
    const turn = random.uniform(-0.05, 0.05);
    for (const side of choose(random)) {
      const { long, deep } = extent(side, image);
      const shown = random.uniform(0.06, 0.17) * deep;
      // All edges of a sheet are turned alike.
      const slope = side.way === 'across' ? turn : -turn;
      const at = side.far ? deep - shown : shown - deep;
      stripe(image, colour, { way: side.way, at: at - (slope * long) / 2, thickness: deep, slope });
    }
    rough(4)(image, _, random);
  };

export const tableEdge = (count: number): Painter => onTable((random) => meetingSides(count, random));
export const paperOnTable: Painter = onTable(() => sides);

/** A rounded tile around the character, as on a screen. */
export const tile =
  (colours: readonly Colour[]): Painter =>
  (image, place, random) => {
    const longer = Math.max(place.width, place.height);
    const side = longer * random.uniform(1.4, 1.75);
    const box = {
      left: place.left + (place.width - side) / 2,
      top: place.top + (place.height - side) / 2,
      width: side,
      height: side,
    };
    const radius = random.uniform(0.06, 0.25) * side;
    const colour = colours[random.integer(colours.length)];
    overPlace(image, box, (x, y, at) => blend(image.data, at, colour, roundedShare(x, y, box, radius)));
  };

/** Makes the corners of a picture clear. */
export const roundCorners: Painter = ({ width, height, data }, _, random) => {
  const whole = { left: 0, top: 0, width, height };
  const radius = random.uniform(0.1, 0.3) * Math.min(width, height);
  overPlace({ width, height, data }, whole, (x, y, at) => {
    const share = roundedShare(x, y, whole, radius);
    data[at + 3] = Math.round(share * data[at + 3]);
    // Programs write black where nothing is left.
    if (share === 0) data.fill(0, at, at + 3);
  });
};

/** Calls for each pixel of a picture that lies in a place. */
function overPlace(
  { width, height }: RgbaImage,
  place: Place,
  visit: (x: number, y: number, at: number) => void,
): void {
  const [right, bottom] = [place.left + place.width, place.top + place.height];
  for (let y = Math.max(0, Math.floor(place.top)); y < Math.min(height, Math.ceil(bottom)); y++) {
    for (let x = Math.max(0, Math.floor(place.left)); x < Math.min(width, Math.ceil(right)); x++) {
      visit(x, y, 4 * (y * width + x));
    }
  }
}

const rulings: readonly Colour[] = ['#9db8d9', '#b5c7de', '#c3c9d1', '#a9c4b4', '#c9b3c0'].map(hex);

/** Parallel pale lines all over the picture. */
function rule(
  image: RgbaImage,
  way: 'across' | 'down',
  spacing: number,
  thickness: number,
  colour: Colour,
  random: Random,
) {
  const deep = way === 'across' ? image.height : image.width;
  const slope = random.uniform(-0.015, 0.015);
  for (let at = random.uniform(-spacing, 0); at < deep + spacing; at += spacing) {
    stripe(image, colour, { way, at, thickness, slope });
  }
}

/** The ruling of a writing pad: horizontal lines, some of them through the character. */
export const ruled: Painter = (image, place, random) => {
  const colour = rulings[random.integer(rulings.length)];
  const spacing = random.uniform(0.45, 0.9) * place.height;
  rule(image, 'across', spacing, Math.max(1, random.uniform(0.004, 0.01) * image.height), colour, random);
};

/** The ruling of an arithmetic pad. */
export const squared: Painter = (image, place, random) => {
  const colour = rulings[random.integer(rulings.length)];
  const spacing = random.uniform(0.3, 0.6) * place.height;
  const thickness = Math.max(1, random.uniform(0.003, 0.008) * image.height);
  rule(image, 'across', spacing, thickness, colour, random);
  rule(image, 'down', spacing, thickness, colour, random);
};
