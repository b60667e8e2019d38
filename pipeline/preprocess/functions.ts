/** The steps of recipes as functions of an image: a table of them, to be walked, is `steps`. */
import * as v from 'valibot';
import { PipelineError } from '../faults.ts';
import { type ColourImage, type GrayImage, joined, type PlanarImage, wholeOf } from '../image/image.ts';
import { type ImageLike, imageFrom, planarFrom } from '../image/imageFrom.ts';
import { checkOptions, namedIn } from '../options.ts';
import { brief } from '../text/brief.ts';
import type { CentreParameters } from './centre.ts';
import type { CleanParameters } from './clean.ts';
import { colourRows } from './colour.ts';
import type { CropParameters } from './crop.ts';
import type { DenoiseParameters } from './denoise.ts';
import type { DeskewParameters } from './deskew.ts';
import type { FitParameters } from './fit.ts';
import { LUMA, type LumaName, grayscale as toGray } from './grayscale.ts';
import type { PolarityParameters } from './polarity.ts';
import { applyStep, type GrayStep, steps as kinds, recipes, type StepName } from './recipe.ts';
import type { ResizeParameters } from './resize.ts';
import type { StrokeParameters } from './stroke.ts';
import type { ThresholdParameters } from './threshold.ts';

/**
 * A picture as a grey image: Y = wr·R + wg·G + wb·B of its gamma-encoded values, over white paper where it is transparent.
 *
 * @param options.weights `rec709` (ITU-R BT.709, screens of today), when left out, or `rec601` (most older software)
 * @returns brightness 0…1, as large as the picture
 * @throws PipelineError `not-an-image` for what is none, `invalid-setting` for other weights
 * @category Steps
 * @example
 * import { grayscale } from 'inkgrad/vision';
 *
 * const red = { width: 1, height: 1, data: Uint8Array.of(255, 0, 0, 255) };
 * console.log(grayscale(red).data[0].toFixed(4));
 * // 0.2126
 */
export function grayscale(image: ImageLike, options: { readonly weights?: LumaName } = {}): GrayImage {
  checkOptions('grayscale', options, ['weights', 'step']);
  const { weights = 'rec709' } = options;
  namedIn(LUMA, weights, 'weights');
  return toGray(imageFrom(image), weights);
}

/**
 * A picture as red, green and blue, each an image of its own, over white paper where it is transparent.
 *
 * @returns 3·width·height values 0…1: all of red, then all of green, then all of blue
 * @throws PipelineError `not-an-image` for what is none
 * @category Steps
 * @example
 * import { colour } from 'inkgrad/vision';
 *
 * const red = { width: 1, height: 1, data: Uint8Array.of(255, 0, 0, 255) };
 * console.log(Array.from(colour(red).data));
 * // [ 1, 0, 0 ]
 */
export const colour = (image: ImageLike): ColourImage =>
  joined(colourRows(imageFrom(image)).map(wholeOf)) as ColourImage;

/**
 * Takes grain and specks out of an image, in colour out of each channel.
 *
 * @param how `{ method: 'median', window }` (side of the square in pixels, odd, 3…15), `{ method: 'gaussian', sigma }`
 *   (pixels, 0.1…10), `{ method: 'bilateral', sigma, range }` (and brightness, 0.001…1) or `{ method: 'none' }`; a median of 3
 *   when left out
 * @returns an image of the same size
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { denoise, rowsOf } from 'inkgrad/vision';
 *
 * const speck = [[0, 0, 0], [0, 1, 0], [0, 0, 0]];
 * console.log(rowsOf(denoise(speck, { method: 'median', window: 3 })));
 * // [ [ 0, 0, 0 ], [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 */
export const denoise = <Image extends ImageLike>(image: Image, how?: DenoiseParameters): Made<Image> =>
  run('denoise', image, how);

/**
 * Makes an image two-valued: 1 where it is brighter than a level, 0 elsewhere.
 *
 * @param how `{ method: 'otsu' }`, the level that parts its histogram best (Otsu, 1979), when left out; `{ method: 'fixed',
 *   level }` (0…1); `{ method: 'sauvola', window, k }` (side of the surroundings in pixels, odd, 3…511, and 0…1), a level for
 *   each pixel (Sauvola and Pietikäinen, 2000); or `{ method: 'none' }`
 * @returns an image of the same size
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { rowsOf, threshold } from 'inkgrad/vision';
 *
 * console.log(rowsOf(threshold([[0.1, 0.2, 0.9]])));
 * // [ [ 0, 0, 1 ] ]
 */
export const threshold = (image: ImageLike, how?: ThresholdParameters): GrayImage =>
  run('threshold', image, how);

/**
 * Makes ink bright on black, by v → 1 − v where it is dark.
 *
 * @param how `{ ink: 'auto' }`, which compares the border with the whole, when left out; `'dark'` or `'bright'`
 * @returns an image of the same size
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { polarity, rowsOf } from 'inkgrad/vision';
 *
 * const dot = [[1, 1, 1], [1, 0, 1], [1, 1, 1]];
 * console.log(rowsOf(polarity(dot)));
 * // [ [ 0, 0, 0 ], [ 0, 1, 0 ], [ 0, 0, 0 ] ]
 */
export const polarity = (image: ImageLike, how?: PolarityParameters): GrayImage =>
  run('polarity', image, how);

/**
 * Takes away bright ink that is no writing: lines along the border, then specks. Both are whole pieces of connected ink.
 *
 * @param how `specks`, the share of the largest piece's area below which another is one, and `edge`, how far from the border,
 *   as a share of the shorter side, a line may reach; each 0…0.5; 0.05 and 0.1 when left out
 * @returns an image of the same size
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { clean, rowsOf } from 'inkgrad/vision';
 *
 * const image = [[0, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 1, 1, 0, 1], [0, 0, 0, 0, 0]];
 * console.log(rowsOf(clean(image, { specks: 0.3, edge: 0 }))[2]);
 * // [ 0, 1, 1, 0, 0 ]
 */
export const clean = (image: ImageLike, how?: CleanParameters): GrayImage => run('clean', image, how);

/**
 * Undoes the slant of bright ink by a shear of its rows, after which its moment μ₁₁ is 0.
 *
 * @param how `limit`, the largest slant that is undone, in columns for each row, 0…2; 1 when left out
 * @returns an image of the same height, and wider
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { deskew } from 'inkgrad/vision';
 *
 * const slash = [[0, 0, 1], [0, 1, 0], [1, 0, 0]];
 * const { width, height, data } = deskew(slash);
 * console.log(width, height, data.indexOf(1) % width, data.lastIndexOf(1) % width);
 * // 6 3 2 2
 */
export const deskew = (image: ImageLike, how?: DeskewParameters): GrayImage => run('deskew', image, how);

/**
 * Cuts an image to the smallest upright box that holds all its bright ink; a blank image stays whole.
 *
 * @param how `inkAbove`, the brightness above which a pixel is ink, 0…1; 0.5 when left out
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { crop, rowsOf } from 'inkgrad/vision';
 *
 * console.log(rowsOf(crop([[0, 0, 0], [0, 1, 0], [0, 1, 0]])));
 * // [ [ 1 ], [ 1 ] ]
 */
export const crop = (image: ImageLike, how?: CropParameters): GrayImage => run('crop', image, how);

/**
 * Gives bright ink strokes of one width; ink is only ever grown. The image must be cropped to its ink before.
 *
 * @param how `width` as a share of the image's longer side, 0.01…0.5; 0.15 when left out
 * @returns an image that is larger on each side by what strokes have grown
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { stroke } from 'inkgrad/vision';
 *
 * const hair = Array.from({ length: 40 }, () => [1]);
 * const { width, height } = stroke(hair, { width: 0.15 });
 * console.log(width, height);
 * // 7 46
 */
export const stroke = (image: ImageLike, how?: StrokeParameters): GrayImage => run('stroke', image, how);

/**
 * Scales an image so that its longer side has `box` pixels and its aspect stays: by area where it shrinks.
 *
 * @param how `box`, pixels from 1 to 4096; 20 when left out, as MNIST has it
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { resize, rowsOf } from 'inkgrad/vision';
 *
 * console.log(rowsOf(resize([[0, 0, 1, 1], [0, 0, 1, 1]], { box: 2 })));
 * // [ [ 0, 1 ] ]
 */
export const resize = <Image extends ImageLike>(image: Image, how?: ResizeParameters): Made<Image> =>
  run('resize', image, how);

/**
 * Puts bright ink on a black square so that its centre of mass lies in the middle: the last step for characters.
 *
 * @param how `size` of the square in pixels, 1…4096; 28 when left out, as MNIST has it
 * @throws PipelineError `wrong-size` where the image is larger than the square, `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { centre, rowsOf } from 'inkgrad/vision';
 *
 * console.log(rowsOf(centre([[1]], { size: 3 })));
 * // [ [ 0, 0, 0 ], [ 0, 0, 0 ], [ 0, 0, 1 ] ]
 */
export const centre = (image: ImageLike, how?: CentreParameters): GrayImage => run('centre', image, how);

/**
 * Makes a square of a whole picture, whatever it shows: the last step of a recipe that looks for no ink.
 *
 * @param how `size` in pixels, 1…4096, and `how`: `contain` (all of it, with black beside it), when left out, `cover` (its
 *   middle) or `stretch`; 32 pixels when left out
 * @throws PipelineError `invalid-setting` for other parameters
 * @category Steps
 * @example
 * import { fit, rowsOf } from 'inkgrad/vision';
 *
 * console.log(rowsOf(fit([[0.5, 1]], { size: 2, how: 'stretch' }))[0].length);
 * // 2
 */
export const fit = <Image extends ImageLike>(image: Image, how?: FitParameters): Made<Image> =>
  run('fit', image, how);

/** Every step by the name that recipes have for it: `steps[step.step](image, step)` runs one of a recipe. */
export const steps = {
  ...{ grayscale, colour, denoise, threshold, polarity, clean, deskew, crop, stroke, resize, centre, fit },
};

/** What a step that keeps colours makes: colour of colour, grey of anything else. */
export type Made<Image> = Image extends ColourImage ? ColourImage : GrayImage;

/** Parameters where none are given: those of the recipes for scans and for colour. */
const usual = new Map([...recipes.colour.steps, ...recipes.scan.steps].map((step) => [step.step, step]));

function run<Name extends StepName, Result extends PlanarImage>(
  name: Name,
  image: ImageLike,
  given: object = usual.get(name)!,
): Result {
  const planar = planarOf(image);
  if (planar.channels === 3 && !('eachChannel' in kinds[name]))
    throw new PipelineError(`${name}: is for grey images; make one with grayscale`, 'not-an-image');
  const { parameters, expects } = kinds[name];
  const forms = ('options' in parameters ? parameters.options : [parameters]) as readonly Form[];
  const form = forms.filter((each) => v.is(each, given));
  const known = (form.length > 0 ? form : forms).flatMap(({ entries }) => Object.keys(entries));
  checkOptions(name, given, [...new Set(known), 'step']);
  if (form.length === 0)
    throw new PipelineError(
      `${name}: ${brief(JSON.stringify(given))}; expected ${expects}`,
      'invalid-setting',
    );
  return applyStep(planar, { ...given, step: name } as unknown as GrayStep) as Result;
}

type Form = v.GenericSchema & { readonly entries: Readonly<Record<string, unknown>> };

/** An image by channels as it is, one of colours side by side in grey. */
const planarOf = (image: ImageLike): PlanarImage => planarFrom(image) ?? toGray(imageFrom(image), 'rec709');

/**
 * An image of one channel as rows of numbers, to be looked at.
 *
 * @returns brightness 0…1, a list for each row from the top
 * @throws PipelineError `not-an-image` for what is none
 * @category Pictures
 * @example
 * import { rowsOf } from 'inkgrad/vision';
 *
 * console.log(rowsOf({ width: 2, height: 1, data: Uint8Array.of(0, 255) }));
 * // [ [ 0, 1 ] ]
 */
export function rowsOf(image: ImageLike): number[][] {
  const { width, height, data } = planarOf(image);
  return Array.from({ length: height }, (_, y) => Array.from(data.subarray(y * width, (y + 1) * width)));
}
