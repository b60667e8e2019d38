import type { GrayImage } from '../image/image.ts';

/** Pixels of ink that hang together, corners included. */
export interface Component {
  /** where they lie in the image's data */
  readonly pixels: readonly number[];
  /** how far the innermost of them lies from the image's border: 0 for a pixel of the border itself */
  readonly depth: number;
  /** whether one of them lies on the border */
  readonly touchesBorder: boolean;
}

/**
 * The connected components of all pixels brighter than a half, by flood fill with eight neighbours: Rosenfeld
 * and Pfaltz, "Sequential operations in digital picture processing", Journal of the ACM 13 (1966).
 */
export function components({ width, height, data }: GrayImage): Component[] {
  const seen = new Uint8Array(data.length);
  const found: Component[] = [];
  for (let start = 0; start < data.length; start++) {
    if (seen[start] || data[start] <= 0.5) continue;
    seen[start] = 1;
    const pixels = [start];
    let [inner, outer] = [0, Number.POSITIVE_INFINITY];
    // The list grows while it is walked: what is behind the walk is done, what is before it waits.
    for (const pixel of pixels) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      const depth = Math.min(x, y, width - 1 - x, height - 1 - y);
      inner = Math.max(inner, depth);
      outer = Math.min(outer, depth);
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] || data[next] <= 0.5) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    found.push({ pixels, depth: inner, touchesBorder: outer === 0 });
  }
  return found;
}
