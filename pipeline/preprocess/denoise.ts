import { bilateral } from './bilateral.ts';
import { gaussian } from './gaussian.ts';
import { median } from './median.ts';
import { isInteger, isNumber, type StepKind } from './step.ts';

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
  accepts: (fields): fields is typeof fields & DenoiseParameters => {
    if (fields.method === 'none') return true;
    if (fields.method === 'median') return isInteger(fields.window, 3, 15) && fields.window % 2 === 1;
    if (!isNumber(fields.sigma, 0.1, 10)) return false;
    return (
      fields.method === 'gaussian' || (fields.method === 'bilateral' && isNumber(fields.range, 0.001, 1))
    );
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
