import type { Random } from '../../engine/random.ts';

/** Cosines that make up one texture. */
const WAVES = 12;

const clamped = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * A piece of wood, cloth or shadow as a recipe would leave it: a random smooth field, mostly cut to black and white,
 * within a box of `extent` pixels. It may be grainy.
 *
 * @returns size² values, 0…1
 */
export function texture(size: number, extent: number, random: Random): Float32Array {
  const slope = random.uniform(0, 1.2);
  const waves = Array.from({ length: WAVES }, () => {
    const frequency = Math.exp(random.uniform(Math.log(0.5), Math.log(size / 3)));
    const angle = random.uniform(0, 2 * Math.PI);
    const perPixel = (2 * Math.PI * frequency) / extent;
    return {
      x: perPixel * Math.cos(angle),
      y: perPixel * Math.sin(angle),
      phase: random.uniform(0, 2 * Math.PI),
      height: frequency ** -slope,
    };
  });
  const deviation = Math.sqrt(waves.reduce((sum, { height }) => sum + height ** 2 / 2, 0));
  const level = random.uniform(-0.5, 0.5);
  const contrast = Math.exp(random.uniform(-1, 3));
  const grain = random.integer(3) === 0 ? random.uniform(0, 2) : 0;
  const from = (size - extent) / 2;
  const isInside = (at: number) => at >= from && at < from + extent;
  return Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    if (!isInside(x) || !isInside(y)) return 0;
    let value = 0;
    for (const wave of waves) value += wave.height * Math.cos(wave.x * x + wave.y * y + wave.phase);
    const noise = grain === 0 ? 0 : grain * random.normal();
    return clamped(0.5 + contrast * (value / deviation - level + noise));
  });
}

/** Grain or salt over the whole picture: size² values, 0…1. */
export function noise(size: number, random: Random): Float32Array {
  const level = random.uniform();
  const grain = random.uniform(0, 0.5);
  const salt = random.integer(3) === 0 ? random.uniform(0.02, 0.6) : null;
  return Float32Array.from({ length: size * size }, () => {
    if (salt !== null) return random.uniform() < salt ? 1 : 0;
    return clamped(level + grain * random.normal());
  });
}

/** A level of grey and nothing else, black one time in four: what is cut from empty paper. */
export const blank = (size: number, random: Random): Float32Array =>
  new Float32Array(size * size).fill(random.integer(4) === 0 ? 0 : random.uniform());

/** A full bar or block of ink along a side of a box: what a threshold makes of a shadow on empty paper. */
export function block(size: number, extent: number, random: Random): Float32Array {
  const from = Math.round((size - extent) / 2);
  const [along, across] = [extent, Math.round(extent * random.uniform(0.3, 1))];
  const [width, height] = random.integer(2) === 0 ? [along, across] : [across, along];
  const [left, top] = [from + random.integer(extent - width + 1), from + random.integer(extent - height + 1)];
  return Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) - left, Math.floor(i / size) - top];
    return x >= 0 && y >= 0 && x < width && y < height ? 1 : 0;
  });
}
