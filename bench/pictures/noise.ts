/** What a camera, a scanner or a file does to a picture. */
import type { Random } from '../../engine/random.ts';
import { blend, grey, type Painter } from './canvas.ts';

/** Words of 32 bits at a tenth of the cost of `Random`: xorshift, Marsaglia (2003). Good enough for grain. */
function quick(random: Random): () => number {
  let state = random.word() | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Four bytes → a number of mean 0 and standard deviation 1, near enough to normal. */
const roughlyNormal = (word: number): number =>
  ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) / 147.8;

const clamped = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5);

/** Gaussian noise, another for each colour. */
export const noise =
  (sigma: number): Painter =>
  ({ data }, _, random) => {
    const word = quick(random);
    for (let at = 0; at < data.length; at += 4) {
      for (let c = 0; c < 3; c++) data[at + c] = clamped(data[at + c] + sigma * roughlyNormal(word()));
    }
  };

/** Noise that is grey, as of the grain of a surface. */
export const rough =
  (sigma: number): Painter =>
  ({ data }, _, random) => {
    const word = quick(random);
    for (let at = 0; at < data.length; at += 4) {
      const by = sigma * roughlyNormal(word());
      for (let c = 0; c < 3; c++) data[at + c] = clamped(data[at + c] + by);
    }
  };

/** Pixels that are black or white for no reason. */
export const saltAndPepper =
  (share: number): Painter =>
  ({ data }, _, random) => {
    const word = quick(random);
    const pixels = data.length / 4;
    for (let i = 0; i < share * pixels; i++) {
      const at = 4 * (word() % pixels);
      data.fill(word() & 256 ? 255 : 0, at, at + 3);
    }
  };

/** Specks of dust on the paper, up to a hundredth of its side. */
export const dust =
  (least: number, most: number): Painter =>
  ({ width, height, data }, _, random) => {
    const specks = least + random.integer(most - least + 1);
    for (let i = 0; i < specks; i++) {
      const [x, y] = [random.uniform(0, width), random.uniform(0, height)];
      const radius = Math.max(0.7, random.uniform(0.002, 0.01) * width);
      const colour = grey(random.uniform(0, 120));
      for (let v = Math.max(0, Math.floor(y - radius - 1)); v < Math.min(height, y + radius + 1); v++) {
        for (let u = Math.max(0, Math.floor(x - radius - 1)); u < Math.min(width, x + radius + 1); u++) {
          const share = radius + 0.5 - Math.hypot(u + 0.5 - x, v + 0.5 - y);
          if (share > 0) blend(data, 4 * (v * width + u), colour, Math.min(1, share));
        }
      }
    }
  };
