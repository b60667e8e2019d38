import { countedTaps } from '../../../engine/ops/pooling.ts';
import type { Pair } from '../../../engine/ops/window.ts';
import { windowOutput } from '../../../engine/ops/window.ts';
import type { LayerWindow } from '../windows.ts';

/** 1/count of the pixels in each window of a mean, row by row; 0 where there are none. */
export function sharesOf(window: LayerWindow, countPadding: boolean, image: Pair): number[] {
  const [rows, columns] = windowOutput('avgPool2d', image, window.kernel, window);
  return Array.from({ length: rows * columns }, (_, at) => {
    const count =
      countedTaps(window, countPadding, image, 0, Math.floor(at / columns)) *
      countedTaps(window, countPadding, image, 1, at % columns);
    return count === 0 ? 0 : 1 / count;
  });
}
