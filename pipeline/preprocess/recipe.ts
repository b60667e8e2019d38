import { type GrayRows, type ImageForm, joined, type PlanarImage, planesOf } from '../image/image.ts';
import { type CentreParameters, centre } from './centre.ts';
import { type CleanParameters, clean } from './clean.ts';
import type { ColourStep } from './colour.ts';
import { type CropParameters, crop } from './crop.ts';
import { type DenoiseParameters, denoise } from './denoise.ts';
import { type DeskewParameters, deskew } from './deskew.ts';
import { type FitParameters, fit } from './fit.ts';
import type { GrayscaleStep } from './grayscale.ts';
import { type PolarityParameters, polarity } from './polarity.ts';
import { type ResizeParameters, resize } from './resize.ts';
import type { Size, StepKind } from './step.ts';
import { type StrokeParameters, stroke } from './stroke.ts';
import { type ThresholdParameters, threshold } from './threshold.ts';

/** Every kind of step from one grey image to the next, in the order in which they make sense. */
export const steps = {
  denoise,
  threshold,
  polarity,
  clean,
  deskew,
  crop,
  stroke,
  resize,
  centre,
  fit,
} satisfies { readonly [Name in StepName]: StepKind<StepParameters[Name]> };

/** The parameters of each kind of step. */
export interface StepParameters {
  /** Takes noise out. */
  denoise: DenoiseParameters;
  /** Tells ink from paper. */
  threshold: ThresholdParameters;
  /** Makes ink bright on black. */
  polarity: PolarityParameters;
  /** Takes specks and lines at the border out. */
  clean: CleanParameters;
  /** Undoes slant. */
  deskew: DeskewParameters;
  /** Cuts to the ink. */
  crop: CropParameters;
  /** Makes all strokes of one width. */
  stroke: StrokeParameters;
  /** Makes the longer side so many pixels. */
  resize: ResizeParameters;
  /** Puts the centre of mass of the ink in the middle of a square. */
  centre: CentreParameters;
  /** Puts the whole picture on a square. */
  fit: FitParameters;
}

/** The name of a step from one grey image to the next. */
export type StepName = keyof StepParameters;

/** A step of a recipe as plain data: its name and its parameters. */
export type GrayStep<Name extends StepName = StepName> = {
  [N in Name]: { readonly step: N } & StepParameters[N];
}[Name];

/** A step of a recipe. */
export type Step = GrayscaleStep | ColourStep | GrayStep;

/** A number for all channels, or one for each of three. */
export type PerChannel = number | readonly [red: number, green: number, blue: number];

/** The number for a channel. */
export const ofChannel = (values: PerChannel, channel: number): number =>
  typeof values === 'number' ? values : values[channel];

/**
 * How an image becomes a network input, as plain JSON: it lies in every checkpoint, so that prediction
 * prepares an image exactly as training did.
 */
export interface Recipe extends ImageForm {
  /** What it is called. */
  readonly name: string;
  /**
   * in order, `grayscale` or `colour` first and `centre` or `fit` last; empty for images that are already prepared. A recipe
   * that ends with `centre` gets a character that was cut out of its picture, one that ends with `fit` the whole picture.
   */
  readonly steps: readonly Step[];
  /** subtracted from pixels 0…1 when a batch is formed */
  readonly mean: PerChannel;
  /** divides them after that, > 0 */
  readonly std: PerChannel;
}

/** Whether a recipe takes pictures whole, whatever they show, and looks for no ink in them: in colour each does. */
export const keepsWhole = ({ channels, steps }: Pick<Recipe, 'channels' | 'steps'>): boolean =>
  channels === 3 || steps.at(-1)?.step === 'fit';

/** Mean and standard deviation of MNIST's training pixels, as PyTorch's own MNIST example has them. */
const MNIST_PIXELS = { mean: 0.1307, std: 0.3081 };

/** The same of the photographs of ImageNet, as PyTorch's own models have them. */
const PHOTOGRAPHS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** How each recipe for pictures of characters begins. */
const atWorkingSize: readonly Step[] = [
  { step: 'grayscale', weights: 'rec709' },
  // One working size makes a window of 3 mean the same for a 30-pixel crop and a 12-megapixel photograph, and
  // enlarging a small image before the threshold keeps the grey of its edges as shape: nearest neighbours then
  // recognise 62 % instead of 54 % of 62 kinds of pen strokes on 33×33 photographs.
  { step: 'resize', box: 192 },
];

const inkOnBlack: readonly Step[] = [
  { step: 'threshold', method: 'otsu' },
  { step: 'polarity', ink: 'auto' },
];

/**
 * What makes two hands and two pens alike. The nearest neighbour among 827 drawings of 62 characters on a
 * tablet names 53 % of 1,326 photographs of pen strokes with these steps and 40 % without, and the nearest
 * other photograph 61 % instead of 53 %. Stroke width and slant count most; Sauvola's threshold gained nothing
 * on such small, evenly lit crops (29 to 49 %), so both recipes take Otsu's.
 */
const oneHand: readonly Step[] = [
  { step: 'clean', specks: 0.05, edge: 0.1 },
  { step: 'deskew', limit: 1 },
  { step: 'crop', inkAbove: 0.5 },
  { step: 'stroke', width: 0.15 },
];

/** How each ends: shrinking the two-valued ink by area gives back the grey edges that MNIST has. */
const onCanvas: readonly Step[] = [
  { step: 'resize', box: 20 },
  { step: 'centre', size: 28 },
];

/** The recipes that come along, by name; docs/preprocessing.md says what each is for. */
export const recipes: Record<'handwriting' | 'photo' | 'scan' | 'mnist' | 'none' | 'colour', Recipe> = {
  /** For drawings and prints of one character each: makes them look like MNIST. */
  handwriting: {
    name: 'handwriting',
    size: 28,
    steps: [
      ...atWorkingSize,
      { step: 'denoise', method: 'median', window: 3 },
      ...inkOnBlack,
      { step: 'crop', inkAbove: 0.5 },
      ...onCanvas,
    ],
    ...MNIST_PIXELS,
  },
  /** For scanned characters: a median takes the dust of a scanner and keeps edges sharp. */
  scan: {
    name: 'scan',
    size: 28,
    steps: [
      ...atWorkingSize,
      { step: 'denoise', method: 'median', window: 3 },
      ...inkOnBlack,
      ...oneHand,
      ...onCanvas,
    ],
    ...MNIST_PIXELS,
  },
  /** For photographed characters: a blur takes the grain of a camera and of paper. */
  photo: {
    name: 'photo',
    size: 28,
    steps: [
      ...atWorkingSize,
      { step: 'denoise', method: 'gaussian', sigma: 2 },
      ...inkOnBlack,
      ...oneHand,
      ...onCanvas,
    ],
    ...MNIST_PIXELS,
  },
  /** For images that are already as MNIST's are: nothing is left to do but to normalise. */
  mnist: { name: 'mnist', size: 28, steps: [], ...MNIST_PIXELS },
  /** Pixels as they are, 0…1. */
  none: { name: 'none', size: 28, steps: [], mean: 0, std: 1 },
  /** For pictures of anything, in colour and whole. */
  colour: {
    name: 'colour',
    channels: 3,
    size: 32,
    steps: [{ step: 'colour' }, { step: 'fit', size: 32, how: 'contain' }],
    ...PHOTOGRAPHS,
  },
};

const table: { [Name in StepName]: StepKind<StepParameters[Name]> } = steps;

/** What a step makes of the largest image that may come in, and the nanoseconds that it takes at the most. */
export function costOf<Name extends StepName>(size: Size, step: GrayStep<Name>): [Size, number] {
  const { work, largest } = table[step.step];
  const after = largest?.(size, step) ?? size;
  return [after, work(step) * Math.max(pixelsOf(size), pixelsOf(after))];
}

export const pixelsOf = ({ width, height }: Size): number => width * height;

/** Whether a step takes colour images too. */
export const takesColour = (name: StepName): boolean => steps[name].eachChannel === true;

/** Runs one step, on each channel by itself. */
export const applyStep = <Name extends StepName>(image: PlanarImage, step: GrayStep<Name>): PlanarImage =>
  joined(planesOf(image).map((plane) => table[step.step].apply(plane, step)));

/** The same for channels that come row by row; undefined where the step wants them whole. */
export function applyToRows<Name extends StepName>(
  channels: readonly GrayRows[],
  step: GrayStep<Name>,
): PlanarImage | undefined {
  const { applyRows } = table[step.step];
  return applyRows && joined(channels.map((rows) => applyRows(rows, step)));
}
