import * as v from 'valibot';
import { PipelineError } from '../faults.ts';
import type { GrayImage } from '../image/image.ts';
import { whole } from '../numbers.ts';
import type { StepKind } from './step.ts';

/** On which canvas ink is centred. */
export interface CentreParameters {
  /** side of the square canvas in pixels */
  readonly size: number;
}

/**
 * Puts bright ink on a black square canvas so that its centre of mass lies in the middle, to the nearest
 * pixel, and moves it no further than the canvas reaches. MNIST was made so: LeCun, Bottou, Bengio and
 * Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86(11), 1998. A
 * blank image is put in the middle as it is.
 *
 * @throws InkgradError where the image is larger than the canvas
 */
export const centre: StepKind<CentreParameters> = {
  expects: 'size, a whole number of pixels from 1 to 4096',
  parameters: v.object({ size: whole(1, 4096) }),
  work: () => 20,
  largest: (_size, { size }) => ({ width: size, height: size }),
  apply: (image, { size }) => {
    if (image.width > size || image.height > size) {
      throw new PipelineError(
        `centre: an image of ${image.width}×${image.height} does not fit ${size}×${size}; ` +
          `put a resize with a box of at most ${size} before it`,
        'wrong-size',
      );
    }
    const mass = centreOfMass(image);
    const left = offset(mass.x, image.width, size);
    const top = offset(mass.y, image.height, size);
    const data = new Float32Array(size * size);
    for (let y = 0; y < image.height; y++) {
      const row = image.data.subarray(y * image.width, (y + 1) * image.width);
      data.set(row, (top + y) * size + left);
    }
    return { width: size, height: size, data };
  },
};

/**
 * Where an axis begins on the canvas: MNIST's own images have their mean at index size/2, not (size − 1)/2.
 */
const offset = (mass: number, length: number, size: number): number =>
  Math.min(Math.max(Math.round(size / 2 - mass), 0), size - length);

/** Σ v·x / Σ v and Σ v·y / Σ v in pixel indices; the middle of the image where Σ v = 0. */
function centreOfMass({ width, height, data }: GrayImage): { x: number; y: number } {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x];
      mass += value;
      sumX += value * x;
      sumY += value * y;
    }
  }
  return mass > 0 ? { x: sumX / mass, y: sumY / mass } : { x: width / 2, y: height / 2 };
}
