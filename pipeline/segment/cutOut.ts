import type { RgbaImage } from '../image/image.ts';
import { bottomOf, rightOf } from './box.ts';
import { medianBin } from './histogram.ts';
import type { Character, Segmentation } from './segment.ts';

/** Room around a character, as a share of its longer side. */
const MARGIN = 0.2;

/**
 * A picture of one character with paper around it, cut from the picture that it was found in. Ink of others that
 * reaches into it is covered with paper; beyond the picture's border there is paper too.
 */
export function cutOut(
  picture: RgbaImage,
  { labels, factor, width: pageWidth }: Segmentation,
  { box, pieces }: Character,
): RgbaImage {
  const own = new Set(pieces.map(({ pixels }) => labels[pixels[0]]));
  const pageHeight = labels.length / pageWidth;

  /** Whether a pixel, or one beside it, which is grey by blur, is ink: of this character, of another, or none. */
  const inkAt = (x: number, y: number): 'own' | 'other' | 'none' => {
    const [u, v] = [Math.floor(x / factor), Math.floor(y / factor)];
    let found: 'other' | 'none' = 'none';
    for (let row = Math.max(0, v - 1); row <= Math.min(pageHeight - 1, v + 1); row++) {
      for (let column = Math.max(0, u - 1); column <= Math.min(pageWidth - 1, u + 1); column++) {
        const label = labels[row * pageWidth + column];
        if (own.has(label)) return 'own';
        if (label !== 0) found = 'other';
      }
    }
    return found;
  };

  const margin = Math.max(2 * factor, Math.round(MARGIN * Math.max(box.width, box.height)));
  const [left, top] = [box.x - margin, box.y - margin];
  const [right, bottom] = [rightOf(box) + margin, bottomOf(box) + margin];
  const width = right - left;
  const data = new Uint8Array(4 * width * (bottom - top));
  const toCover: number[] = [];
  const paper = Array.from({ length: 4 }, () => new Uint32Array(256));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const to = 4 * ((y - top) * width + x - left);
      const inside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
      const ink = inside ? inkAt(x, y) : 'other';
      if (ink === 'other') {
        toCover.push(to);
        continue;
      }
      const from = 4 * (y * picture.width + x);
      for (let channel = 0; channel < 4; channel++) {
        data[to + channel] = picture.data[from + channel];
        if (ink === 'none') paper[channel][data[to + channel]]++;
      }
    }
  }
  const color = paper.map(medianBin);
  for (const at of toCover) data.set(color, at);
  return { width, height: bottom - top, data };
}
