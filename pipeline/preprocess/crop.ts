import * as v from 'valibot';
import type { GrayImage } from '../image/image.ts';
import { within } from '../numbers.ts';
import type { StepKind } from './step.ts';

/** What is taken for ink. */
export interface CropParameters {
  /** pixels brighter than this, 0…1, count as ink */
  readonly inkAbove: number;
}

/**
 * Cuts an image with bright ink to the smallest upright box that holds all ink; a blank image stays whole.
 */
export const crop: StepKind<CropParameters> = {
  expects: 'inkAbove, a brightness of 0 to 1',
  parameters: v.object({ inkAbove: within(0, 1) }),
  work: () => 10,
  apply: (image, { inkAbove }) => {
    const box = inkBox(image, inkAbove);
    if (!box) return image;
    const width = box.right - box.left + 1;
    const height = box.bottom - box.top + 1;
    const data = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      const start = (box.top + y) * image.width + box.left;
      data.set(image.data.subarray(start, start + width), y * width);
    }
    return { width, height, data };
  },
};

/** The first and last column and row with ink; undefined where there is none. */
function inkBox({ width, height, data }: GrayImage, inkAbove: number) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] <= inkAbove) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, right, top, bottom };
}
