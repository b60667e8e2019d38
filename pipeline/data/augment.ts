import { distort } from '../../engine/data/augment/distort.ts';
import type { AugmentAttrs } from '../../engine/data/augment/draw.ts';
import { drawDistortion } from '../../engine/data/augment/draw.ts';
import { seedWords } from '../../engine/random.ts';
import { PipelineError } from '../faults.ts';
import { type Field, fits, within } from '../fields.ts';
import { bytesOf, type Channels } from '../image/image.ts';
import { suggestion } from '../text/nearest.ts';
import { AUGMENT_STREAM } from './streams.ts';

/**
 * How training images are changed at random, anew in each epoch: the largest amount of each kind, to either side.
 * Pixels are those of an image of 28×28; in others they are the same share of the side.
 */
export interface Augmentation {
  /** Degrees. */
  readonly rotation: number;
  /** Columns to the side for each row: the tangent of the slant. */
  readonly shear: number;
  /** Share by which each axis grows, or its reciprocal by which it shrinks: 0.1 means from 1/1.1 to 1.1. */
  readonly scale: number;
  /** Pixels along each axis. */
  readonly shift: number;
  /** Pixels by which a smooth random field moves points along each axis: the standard deviation. */
  readonly elastic: number;
  /** How much of the way to the brightest or darkest neighbour: strokes are thicker or thinner by up to 2 pixels. */
  readonly stroke: number;
  /** Probability that a rectangle is erased. */
  readonly erase: number;
  /** The longest side of the rectangle, a share of the image's. */
  readonly eraseSide: number;
}

export type AugmentationField = keyof Augmentation;

interface AmountField extends Field<number> {
  /** the largest value */
  readonly most: number;
  /** The value as the integer that kernels take, for images of this size. */
  fixed(value: number, size: number): number;
}

/** The side that pixels are meant for. */
const SIDE = 28;

/**
 * The amplitude of a control point for a field of standard deviation 1. Control points are uniform, of variance a²/3, and
 * along each axis the squares of a cubic B-spline's four weights sum to 151/315 on average.
 */
const ELASTIC_AMPLITUDE = (Math.sqrt(3) * 315) / 151;

const amount = (most: number, unit: string, fixed: AmountField['fixed']): AmountField => ({
  ...within(0, most, unit),
  most,
  fixed,
});

/** Every field with its limit and its fixed-point format, which engine/data/augment/draw.ts explains. */
export const augmentationFields: Readonly<Record<AugmentationField, AmountField>> = {
  rotation: amount(45, 'degrees', (degrees) => ((degrees * Math.PI) / 180) * 32768),
  shear: amount(0.5, 'columns a row', (tangent) => tangent * 32768),
  scale: amount(0.5, 'a share', (share) => share * 32768),
  shift: amount(7, 'pixels of 28', (pixels, size) => (pixels / SIDE) * size * 64),
  elastic: amount(3, 'pixels of 28', (pixels, size) => (pixels / SIDE) * size * 256 * ELASTIC_AMPLITUDE),
  stroke: amount(1, 'a share', (share) => share * 256),
  erase: amount(1, 'a probability', (probability) => probability * 4096),
  eraseSide: amount(1, 'a share of the side', (share, size) => share * size),
};

/** Whether fields that come from outside are an augmentation. */
export const isAugmentation = (value: unknown): value is Augmentation =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => fits(augmentationFields[name], (value as Record<string, unknown>)[name]));

const names = Object.keys(augmentationFields) as AugmentationField[];

/** The augmentations that have a name. */
export const augmentations: Readonly<Record<'none' | 'light' | 'strong', Augmentation>> = {
  none: {
    rotation: 0,
    shear: 0,
    scale: 0,
    shift: 0,
    elastic: 0,
    stroke: 0,
    erase: 0,
    eraseSide: 0.25,
  },
  light: {
    rotation: 8,
    shear: 0.1,
    scale: 0.08,
    shift: 1.5,
    elastic: 0.7,
    stroke: 0.2,
    erase: 0,
    eraseSide: 0.25,
  },
  strong: {
    rotation: 14,
    shear: 0.2,
    scale: 0.15,
    shift: 2.5,
    elastic: 1.3,
    stroke: 0.5,
    erase: 0.1,
    eraseSide: 0.25,
  },
};

/** How an augmentation is written in one word, for help and errors. */
export const AUGMENTATION_SYNTAX = `${Object.keys(augmentations).join(', ')}, or NAME:FIELD=VALUE,… as in strong:rotation=10,erase=0`;

/**
 * An augmentation by its name, with fields of it changed: `light`, or `strong:rotation=10,erase=0`.
 *
 * @throws InkgradError `<text>: <what is wrong>; <what belongs there>`
 * @category Data
 * @example
 * import { parseAugmentation } from 'inkgrad/train';
 *
 * const { rotation, erase } = parseAugmentation('strong:rotation=10,erase=0');
 * console.log(rotation, erase);
 * // 10 0
 */
export function parseAugmentation(text: string): Augmentation {
  const [name, changes] = text.split(/:(.*)/s);
  if (!Object.hasOwn(augmentations, name)) {
    const near = suggestion(name, Object.keys(augmentations));
    throw new PipelineError(`${text}: expected ${AUGMENTATION_SYNTAX}${near}`, 'invalid-setting');
  }
  const named = augmentations[name as keyof typeof augmentations];
  const changed = changes === undefined ? [] : changes.split(',').map((change) => parseField(change, text));
  return { ...named, ...Object.fromEntries(changed) };
}

/** An augmentation as `parseAugmentation` takes it, in the fewest letters. */
export function augmentationText(augmentation: Augmentation): string {
  const texts = Object.entries(augmentations).map(([name, named]) => {
    const changed = names.filter((field) => augmentation[field] !== named[field]);
    return [name, changed.map((field) => `${field}=${augmentation[field]}`).join(',')]
      .filter(Boolean)
      .join(':');
  });
  return texts.reduce((best, text) => (text.length < best.length ? text : best));
}

function parseField(change: string, text: string): [AugmentationField, number] {
  const [name, number, ...rest] = change.split('=');
  if (!name || !number || rest.length > 0) {
    throw new PipelineError(
      `${text}: '${change}' is not FIELD=VALUE; expected ${AUGMENTATION_SYNTAX}`,
      'invalid-setting',
    );
  }
  const field = names.find((known) => known === name);
  if (field === undefined) {
    throw new PipelineError(
      `${text}: there is no field ${name}; expected ${names.join(', ')}${suggestion(name, names)}`,
      'invalid-setting',
    );
  }
  const value = Number(number);
  const known = augmentationFields[field];
  if (!fits(known, value)) {
    throw new PipelineError(`${text}: ${name} ${number}; expected ${known.expected}`, 'invalid-setting');
  }
  return [field, value];
}

/** Whether every image stays as it is. */
export const changesNothing = ({ eraseSide, erase, ...others }: Augmentation): boolean =>
  (erase === 0 || eraseSide === 0) && Object.values(others).every((amount) => amount === 0);

/** An augmentation with the seed of its random numbers. */
export interface SeededAugmentation {
  readonly augmentation: Augmentation;
  readonly seed: number;
}

/** What kernels take their random numbers from, [3]: the seed's two words and the epoch. */
export const augmentState = (seed: number, epoch: number): Int32Array =>
  Int32Array.of(...seedWords(seed), epoch);

/** The amounts as kernels take them, for images of `size`×`size` pixels. */
export function augmentAttrs(augmentation: Augmentation, size: number): AugmentAttrs {
  const fixed = names.map((name) => [
    name,
    Math.round(augmentationFields[name].fixed(augmentation[name], size)),
  ]);
  return { stream: AUGMENT_STREAM, ...(Object.fromEntries(fixed) as Record<AugmentationField, number>) };
}

/**
 * Images as the kernels distort them for a batch.
 *
 * @param images bytes, channels·size² for each image
 * @param first the place in the epoch of the first of them
 * @returns as many bytes
 */
export function distortImages(
  images: Uint8Array,
  size: number,
  { augmentation, seed }: SeededAugmentation,
  epoch: number,
  first: number,
  channels: Channels = 1,
): Uint8Array {
  const attrs = augmentAttrs(augmentation, size);
  const state = augmentState(seed, epoch);
  const bytes = bytesOf({ size, channels });
  const out = new Uint8Array(images.length);
  for (let i = 0; i * bytes < images.length; i++) {
    const image = images.subarray(i * bytes, (i + 1) * bytes);
    out.set(distort(image, size, drawDistortion(attrs, size, state, first + i)), i * bytes);
  }
  return out;
}
