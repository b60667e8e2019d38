import type { GrayImage, RgbaImage } from '../image.ts';

/** The first step of a recipe: it alone takes colours. */
export interface GrayscaleStep {
  readonly step: 'grayscale';
  readonly weights: keyof typeof LUMA;
}

/** Shares of red, green and blue in luma: Recommendations ITU-R BT.709-6 and BT.601-7. */
const LUMA = {
  rec709: [0.2126, 0.7152, 0.0722],
  rec601: [0.299, 0.587, 0.114],
} as const;

/** Whether a field read from JSON names a set of luma weights. */
export const isLuma = (name: unknown): name is keyof typeof LUMA =>
  typeof name === 'string' && Object.hasOwn(LUMA, name);

/**
 * Colour → brightness: Y = wr·R + wg·G + wb·B on the gamma-encoded values, then over white paper,
 * α·Y + (1 − α).
 *
 * @param weights `rec709` (screens of today) or `rec601` (what most older image software uses)
 * @returns an image of the same size, 0…1
 */
export function grayscale(image: RgbaImage, weights: keyof typeof LUMA): GrayImage {
  const [red, green, blue] = LUMA[weights];
  const { width, height, data } = image;
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) {
    const luma = (red * data[4 * i] + green * data[4 * i + 1] + blue * data[4 * i + 2]) / 255;
    const alpha = data[4 * i + 3] / 255;
    out[i] = alpha * luma + (1 - alpha);
  }
  return { width, height, data: out };
}
