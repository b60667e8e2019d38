import type { GrayImage } from '../image/image.ts';
import { gaussianWeights } from './gaussian.ts';

/**
 * Bilateral filter: a blur that stops at edges, Σ g(d; σ)·g(v − u; ρ)·v / Σ g(d; σ)·g(v − u; ρ) around the
 * pixel u, with g(d; σ) = e^(−d²/2σ²): Tomasi and Manduchi, "Bilateral filtering for gray and color images",
 * ICCV 1998. Cut off at 3σ; what lies outside the image has no weight.
 *
 * @param sigma σ, standard deviation of place in pixels, > 0
 * @param range ρ, standard deviation of brightness, > 0: edges much higher than this stay sharp
 */
export function bilateral({ width, height, data }: GrayImage, sigma: number, range: number): GrayImage {
  const near = gaussianWeights(sigma);
  const reach = (near.length - 1) / 2;
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = data[y * width + x];
      let [sum, total] = [0, 0];
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
        for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
          const value = data[v * width + u];
          const alike = Math.exp(-((value - own) ** 2) / (2 * range ** 2));
          const weight = near[v - y + reach] * near[u - x + reach] * alike;
          sum += weight * value;
          total += weight;
        }
      }
      out[y * width + x] = sum / total;
    }
  }
  return { width, height, data: out };
}
