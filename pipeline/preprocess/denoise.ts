import * as v from 'valibot';
import { odd, within } from '../numbers.ts';
import { bilateral } from './bilateral.ts';
import { gaussian, gaussianWeights } from './gaussian.ts';
import { median } from './median.ts';
import type { StepKind } from './step.ts';

/** How noise is taken out. */
export type DenoiseParameters =
  | { readonly method: 'none' }
  | {
      readonly method: 'median';
      /** side of the square window in pixels, odd */
      readonly window: number;
    }
  | {
      readonly method: 'gaussian';
      /** standard deviation in pixels */
      readonly sigma: number;
    }
  | {
      readonly method: 'bilateral';
      /** standard deviation in pixels */
      readonly sigma: number;
      /** standard deviation of brightness, 0…1 */
      readonly range: number;
    };

/** Takes grain and specks out of an image, by the method named. */
export const denoise: StepKind<DenoiseParameters> = {
  expects:
    'method "none", "median" and an odd window of 3 to 15, "gaussian" and a sigma of 0.1 to 10, or ' +
    '"bilateral", such a sigma and a range of 0.001 to 1',
  parameters: v.variant('method', [
    v.object({ method: v.literal('none') }),
    v.object({ method: v.literal('median'), window: odd(3, 15) }),
    v.object({ method: v.literal('gaussian'), sigma: within(0.1, 10) }),
    v.object({ method: v.literal('bilateral'), sigma: within(0.1, 10), range: within(0.001, 1) }),
  ]),
  eachChannel: true,
  work(parameters) {
    switch (parameters.method) {
      case 'none':
        return 0;
      case 'median':
        return parameters.window === 3 ? 40 : 0.7 * parameters.window ** 4;
      case 'gaussian':
        return 10 * gaussianWeights(parameters.sigma).length;
      case 'bilateral':
        return 30 * gaussianWeights(parameters.sigma).length ** 2;
    }
  },
  apply: (image, parameters) => {
    switch (parameters.method) {
      case 'none':
        return image;
      case 'median':
        return median(image, parameters.window);
      case 'gaussian':
        return gaussian(image, parameters.sigma);
      case 'bilateral':
        return bilateral(image, parameters.sigma, parameters.range);
    }
  },
};
