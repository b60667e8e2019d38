/** Grey from 0 to the largest, or blue below and orange above 0. */
export type Tone = 'grey' | 'signed';

/** Okabe and Ito's blue and orange, which colour-blind eyes tell apart; 0 is the paper, whatever it is. */
const BELOW = [0, 114, 178] as const;
const ABOVE = [224, 139, 0] as const;

/** Red, green, blue and opacity, as the pixels of a canvas have them. */
const pixel = (r: number, g: number, b: number, a: number): number =>
  ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;

const STEPS = 255;
const tables: Readonly<Record<Tone, Uint32Array>> = {
  signed: Uint32Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
    const [r, g, b] = i < STEPS ? BELOW : ABOVE;
    return pixel(r, g, b, Math.abs(i - STEPS));
  }),
  grey: Uint32Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
    const light = Math.max(0, i - STEPS);
    return pixel(light, light, light, 255);
  }),
};

/** The pixel of a number. @param most the magnitude that has the full colour */
export function toneOf(tone: Tone, most: number): (n: number) => number {
  const table = tables[tone];
  const scale = most > 0 ? STEPS / most : 0;
  return (n) => table[Math.max(0, Math.min(2 * STEPS, Math.round(n * scale) + STEPS))];
}

/** The same for a style sheet: the colour of a number, thinner the smaller it is. */
export function tintOf(n: number, most: number): string {
  const [r, g, b] = n < 0 ? BELOW : ABOVE;
  const part = most > 0 ? Math.min(1, Math.abs(n) / most) : 0;
  // Text stays readable on it.
  return `rgb(${r} ${g} ${b} / ${(0.55 * part).toFixed(3)})`;
}
