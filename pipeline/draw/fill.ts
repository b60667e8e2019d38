import type { GrayImage } from '../image/image.ts';
import type { Contour } from './outline.ts';

/** Lines that each row of pixels is cut into. */
const LINES = 16;

/**
 * Fills polygons: each pixel gets the share of its area that they cover, 0…1. A point is inside where the
 * polygons wind around it a number of times other than 0, as font formats have it, so that a contour that runs
 * the other way makes a hole and contours that overlap cover once.
 *
 * Each row of pixels is sampled along 16 lines, and the spans inside are exact along each line: the scan
 * conversion by ordered edges of Foley, van Dam, Feiner and Hughes, "Computer Graphics: Principles and
 * Practice" (1990), section 3.6, with areas instead of whole pixels. Vertical edges, and the mean slant of any
 * other, are exact; the worst case, a horizontal edge, is off by 1/32 of a pixel at the most.
 *
 * @param contours points in pixels, (0, 0) the outer corner of the top left pixel, y down; what lies outside of
 *   the image is left out
 * @param width pixels in a row, ≥ 1
 * @param height rows, ≥ 1
 */
export function fill(contours: readonly Contour[], width: number, height: number): GrayImage {
  const data = new Float32Array(width * height);
  const delta = new Float64Array(width + 1);
  crossings(contours, height * LINES).forEach((line, l) => {
    if (line !== undefined) addSpans(line, width, data, Math.floor(l / LINES) * width, delta);
  });
  for (let i = 0; i < data.length; i++) data[i] = Math.min(1, data[i] / LINES);
  return { width, height, data };
}

/** Where an edge crosses a line, and whether it goes down, 1, or up, −1. */
interface Crossing {
  readonly x: number;
  readonly winding: 1 | -1;
}

/** The crossings of each line; line l lies at y = (l + ½) / LINES. */
function crossings(contours: readonly Contour[], lines: number): (Crossing[] | undefined)[] {
  const found = new Array<Crossing[] | undefined>(lines).fill(undefined);
  for (const contour of contours) {
    const end = contour.length;
    for (let i = 0; i < end; i += 2) {
      const next = i + 2 === end ? 0 : i + 2;
      const down = contour[i + 1] < contour[next + 1];
      const [top, bottom] = down ? [i, next] : [next, i];
      const slope = (contour[bottom] - contour[top]) / (contour[bottom + 1] - contour[top + 1]);
      // Half open, so that a line through a point where two edges meet crosses one of them, not both.
      const first = Math.max(0, Math.ceil(contour[top + 1] * LINES - 0.5));
      const last = Math.min(lines, Math.ceil(contour[bottom + 1] * LINES - 0.5));
      for (let l = first; l < last; l++) {
        const x = contour[top] + ((l + 0.5) / LINES - contour[top + 1]) * slope;
        const crossing: Crossing = { x, winding: down ? 1 : -1 };
        const line = found[l];
        if (line) line.push(crossing);
        else found[l] = [crossing];
      }
    }
  }
  return found;
}

/** Adds, for each pixel of a row, how much of it the spans of one line cover. */
function addSpans(
  line: Crossing[],
  width: number,
  data: Float32Array,
  row: number,
  whole: Float64Array,
): void {
  line.sort((a, b) => a.x - b.x);
  const inside = (x: number): number => Math.min(Math.max(x, 0), width);
  let winding = 0;
  let [first, last] = [width + 1, 0];
  for (let k = 0; k + 1 < line.length; k++) {
    winding += line[k].winding;
    if (winding === 0) continue;
    const [from, to] = [inside(line[k].x), inside(line[k + 1].x)];
    const [left, right] = [Math.floor(from), Math.floor(to)];
    if (left === right) {
      if (left < width) data[row + left] += to - from;
      continue;
    }
    data[row + left] += left + 1 - from;
    whole[left + 1]++;
    whole[right]--;
    first = Math.min(first, left + 1);
    last = Math.max(last, right);
    if (right < width) data[row + right] += to - right;
  }
  for (let x = first, depth = 0; x <= last; x++) {
    depth += whole[x];
    whole[x] = 0;
    if (x < width) data[row + x] += depth;
  }
}
