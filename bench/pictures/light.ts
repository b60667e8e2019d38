/** Light and shadow: each multiplies a picture by a brightness that changes from place to place. */
import type { Random } from '../../engine/random.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import type { Painter, Place } from './canvas.ts';

/** The brightness at a point, in pixels. */
type Field = (x: number, y: number) => number;

function shine({ width, height, data }: RgbaImage, field: Field): void {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const light = field(x, y);
      data[at] = light * data[at] + 0.5;
      data[at + 1] = light * data[at + 1] + 0.5;
      data[at + 2] = light * data[at + 2] + 0.5;
    }
  }
}

const lit =
  (make: (image: RgbaImage, place: Place, random: Random) => Field): Painter =>
  (image, place, random) =>
    shine(image, make(image, place, random));

/** 0 below 0, 1 above 1, and smooth between. */
const smooth = (t: number): number => {
  const s = Math.min(1, Math.max(0, t));
  return s * s * (3 - 2 * s);
};

const middleOf = ({ left, top, width, height }: Place) => [left + width / 2, top + height / 2] as const;

/** The distance of a point from a line at a random angle that passes `offset` pixels beside the middle of the ink. */
function lineBy(place: Place, random: Random, offset: number): Field {
  const angle = random.uniform(0, 2 * Math.PI);
  const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = middleOf(place);
  return (x, y) => nx * (x - x0) + ny * (y - y0) - offset;
}

/** Distance from one of the four corners, as a share of the diagonal. */
function fromCorner({ width, height }: RgbaImage, random: Random): Field {
  const [x0, y0] = [random.integer(2) * width, random.integer(2) * height];
  const diagonal = Math.hypot(width, height);
  return (x, y) => Math.hypot(x - x0, y - y0) / diagonal;
}

/** Light that falls off evenly from one side to the other. */
export const gradient = (darkest: readonly [number, number]): Painter =>
  lit(({ width, height }, _, random) => {
    const angle = random.uniform(0, 2 * Math.PI);
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
    const reach = Math.abs(nx) * width + Math.abs(ny) * height;
    const dark = random.uniform(...darkest);
    return (x, y) => 1 - (1 - dark) * (0.5 + (nx * (x - width / 2) + ny * (y - height / 2)) / reach);
  });

/** Light that falls off from the middle outwards, as behind a cheap lens. */
export const vignette: Painter = lit(({ width, height }, _, random) => {
  const dark = random.uniform(0.2, 0.55);
  const half = (width * width + height * height) / 4;
  return (x, y) => 1 - (1 - dark) * (((x - width / 2) ** 2 + (y - height / 2) ** 2) / half);
});

/** The soft shadow of a head or a hand over a corner. */
export const cornerShadow: Painter = lit((image, _, random) => {
  const corner = fromCorner(image, random);
  const dark = random.uniform(0.35, 0.65);
  const [edge, soft] = [random.uniform(0.35, 0.55), random.uniform(0.08, 0.25)];
  return (x, y) => dark + (1 - dark) * smooth((corner(x, y) - edge) / soft + 0.5);
});

/** The soft shadow of an arm or a pen across the character. */
export const shadowBand: Painter = lit((image, place, random) => {
  const line = lineBy(place, random, random.uniform(-0.2, 0.2) * place.height);
  const dark = random.uniform(0.35, 0.6);
  const width = random.uniform(0.06, 0.16) * image.width;
  return (x, y) => 1 - (1 - dark) * Math.exp(-((line(x, y) / width) ** 2) / 2);
});

/** A corner that the light hardly reaches. */
export const dimCorner: Painter = lit((image, _, random) => {
  const corner = fromCorner(image, random);
  const dark = random.uniform(0.12, 0.35);
  const reach = random.uniform(0.5, 0.8);
  return (x, y) => dark + (1 - dark) * Math.sqrt(smooth(corner(x, y) / reach));
});

/** Little light everywhere. */
export const dim = (light: readonly [number, number]): Painter =>
  lit((_image, _place, random) => {
    const level = random.uniform(...light);
    return () => level;
  });

/** Where a straight edge of light runs: through the ink, or past it. */
const passes = {
  through: (place: Place, random: Random) => random.uniform(-0.3, 0.3) * Math.min(place.width, place.height),
  beside: (place: Place, random: Random) =>
    (random.integer(2) - 0.5) * Math.hypot(place.width, place.height) * random.uniform(1.05, 1.3),
};

/** A shadow with a straight sharp edge, as of a window frame or a sheet. */
export const hardShadow = (way: keyof typeof passes, darkness: readonly [number, number]): Painter =>
  lit((_, place, random) => {
    const line = lineBy(place, random, passes[way](place, random));
    const dark = random.uniform(...darkness);
    const soft = random.uniform(1, 3);
    return (x, y) => dark + (1 - dark) * Math.min(1, Math.max(0, line(x, y) / soft + 0.5));
  });

/** A strip with sharp edges across the character that is lit otherwise than the rest. */
const strip = (inside: readonly [number, number], outside: readonly [number, number]): Painter =>
  lit((_, place, random) => {
    const line = lineBy(place, random, passes.through(place, random));
    const [light, rest] = [random.uniform(...inside), random.uniform(...outside)];
    const half = random.uniform(0.12, 0.3) * Math.max(place.width, place.height);
    return (x, y) =>
      rest + (light - rest) * Math.min(1, Math.max(0, (half - Math.abs(line(x, y))) / 2 + 0.5));
  });

export const brightStrip = strip([1, 1], [0.4, 0.65]);
export const darkStrip = strip([0.4, 0.65], [1, 1]);
