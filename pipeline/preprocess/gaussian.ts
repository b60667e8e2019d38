import type { GrayImage } from '../image/image.ts';

/** Weights e^(−d²/2σ²) for d = −reach … reach, not yet divided by their sum; reach = ⌈3σ⌉. */
export function gaussianWeights(sigma: number): number[] {
  const reach = Math.ceil(3 * sigma);
  return Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
}

/**
 * Gaussian blur: each pixel becomes Σ g(dx)·g(dy)·v / Σ g(dx)·g(dy), g(d) = e^(−d²/2σ²), cut off at 3σ and
 * made of two passes, since g(dx)·g(dy) is separable: Marr and Hildreth, "Theory of edge detection",
 * Proceedings of the Royal Society B 207 (1980). At the border the edge pixels repeat.
 *
 * @param sigma standard deviation in pixels, > 0
 */
export function gaussian({ width, height, data }: GrayImage, sigma: number): GrayImage {
  const weights = gaussianWeights(sigma);
  const across = blurLines(data, weights, { lines: height, length: width, apart: width, stride: 1 });
  const down = blurLines(across, weights, { lines: width, length: height, apart: 1, stride: width });
  return { width, height, data: down };
}

/** How rows, or columns, lie in memory. */
interface Lines {
  readonly lines: number;
  readonly length: number;
  /** from the start of one line to the start of the next */
  readonly apart: number;
  /** from one pixel of a line to the next */
  readonly stride: number;
}

function blurLines(data: Float32Array, weights: number[], { lines, length, apart, stride }: Lines) {
  const out = new Float32Array(data.length);
  const reach = (weights.length - 1) / 2;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        const at = Math.min(Math.max(i + k - reach, 0), length - 1);
        sum += weights[k] * data[line * apart + at * stride];
      }
      out[line * apart + i * stride] = sum / total;
    }
  }
  return out;
}
