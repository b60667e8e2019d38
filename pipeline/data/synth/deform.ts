import type { Random } from '../../../engine/random.ts';
import type { Contour } from '../../draw/outline.ts';

/** Where a point goes. */
export type Mapping = (x: number, y: number) => readonly [number, number];

/** The contours with each point moved. */
export const mapPoints = (contours: readonly Contour[], mapping: Mapping): Contour[] =>
  contours.map((contour) => {
    const moved = new Float64Array(contour.length);
    for (let i = 0; i < contour.length; i += 2) moved.set(mapping(contour[i], contour[i + 1]), i);
    return moved;
  });

/** The contours with points added on their edges, so that no edge is longer than `longest` and all can bend. */
export const subdivide = (contours: readonly Contour[], longest: number): Contour[] =>
  contours.map((contour) => {
    const points: number[] = [];
    for (let i = 0; i < contour.length; i += 2) {
      const next = (i + 2) % contour.length;
      const [x, y] = [contour[i], contour[i + 1]];
      const [dx, dy] = [contour[next] - x, contour[next + 1] - y];
      const pieces = Math.max(1, Math.ceil(Math.hypot(dx, dy) / longest));
      for (let k = 0; k < pieces; k++) points.push(x + (k / pieces) * dx, y + (k / pieces) * dy);
    }
    return Float64Array.from(points);
  });

/** The smallest upright rectangle around the contours. */
export function boundsOf(contours: readonly Contour[]) {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const contour of contours) {
    for (let i = 0; i < contour.length; i += 2) {
      left = Math.min(left, contour[i]);
      right = Math.max(right, contour[i]);
      top = Math.min(top, contour[i + 1]);
      bottom = Math.max(bottom, contour[i + 1]);
    }
  }
  return { left, top, width: right - left, height: bottom - top };
}

/** Cosines that make up one random field. */
const WAVES = 8;

/**
 * A smooth random displacement: both of its components are sums of cosines with random frequencies f and phases
 * φ, u(p) = σ·√(2/K)·Σ cos(2π·(f·p + φ)), which is near to a Gaussian random field. With frequencies from a
 * normal distribution of standard deviation 1/2πℓ the displacements of two points at the distance r correlate by
 * exp(−r²/2ℓ²): Shinozuka and Deodatis, "Simulation of stochastic processes by spectral representation",
 * Applied Mechanics Reviews 44 (1991). To a pen's line it is what the elastic distortion of pixels is in Simard,
 * Steinkraus and Platt, "Best practices for convolutional neural networks" (ICDAR 2003).
 *
 * @param strength σ, the standard deviation of each component
 * @param length ℓ, over which the displacement stays alike
 */
export function elastic(random: Random, strength: number, length: number): Mapping {
  const waves = Array.from({ length: 2 * WAVES }, () => ({
    fx: random.normal() / length,
    fy: random.normal() / length,
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const amplitude = strength * Math.sqrt(2 / WAVES);
  return (x, y) => {
    const moved: [number, number] = [x, y];
    waves.forEach(({ fx, fy, phase }, k) => {
      moved[k % 2] += amplitude * Math.cos(fx * x + fy * y + phase);
    });
    return moved;
  };
}

/**
 * Moves every edge of the contours outwards by `delta` (inwards where it is negative), so that strokes become
 * 2·delta wider: a point goes along the bisector of the normals n and m of its two edges, to
 * p + delta·(n + m) / (1 + n·m), where the moved edges meet; sharp points go no further than 2·delta. It holds
 * while `delta` is small against the strokes.
 */
export function thicken(contours: readonly Contour[], delta: number): Contour[] {
  // The outer contours of all fonts of a kind run one way, and enclose more than their holes.
  const outwards = Math.sign(contours.reduce((sum, contour) => sum + signedArea(contour), 0));
  return contours.map((contour) => {
    const moved = new Float64Array(contour.length);
    const end = contour.length;
    for (let i = 0; i < end; i += 2) {
      const [nx, ny] = normal(contour, (i - 2 + end) % end, i);
      const [mx, my] = normal(contour, i, (i + 2) % end);
      const reach = (outwards * delta) / Math.max(1 + nx * mx + ny * my, 0.5);
      moved[i] = contour[i] + reach * (nx + mx);
      moved[i + 1] = contour[i + 1] + reach * (ny + my);
    }
    return moved;
  });
}

/** Twice the area that a contour encloses, positive where it runs clockwise as seen (y down). */
function signedArea(contour: Contour): number {
  let sum = 0;
  for (let i = 0; i < contour.length; i += 2) {
    const next = (i + 2) % contour.length;
    sum += contour[i] * contour[next + 1] - contour[next] * contour[i + 1];
  }
  return sum;
}

/** The unit normal of an edge, to the outside of a contour that runs clockwise; nothing for an edge of no length. */
function normal(contour: Contour, from: number, to: number): readonly [number, number] {
  const [dx, dy] = [contour[to] - contour[from], contour[to + 1] - contour[from + 1]];
  const length = Math.hypot(dx, dy);
  return length === 0 ? [0, 0] : [dy / length, -dx / length];
}
