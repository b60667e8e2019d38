import type * as v from 'valibot';
import type { GrayImage, GrayRows } from '../image/image.ts';

/** The fields of a step as they come from JSON, before they are checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** Pixels of an image. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A kind of step: what it does, and which parameters it takes. */
export interface StepKind<Parameters> {
  /** the parameters in words, for an error message */
  readonly expects: string;
  /** whether it does the same to each channel of a colour image by itself; such an image is refused when left out */
  readonly eachChannel?: true;
  /** what fields read from JSON must be to be parameters of this kind; others beside them do no harm */
  readonly parameters: v.GenericSchema<Parameters>;
  /**
   * nanoseconds for each pixel of the larger of what comes in and what goes out, measured on images of a megapixel (Node.js
   * 20, a server of 2024): what a recipe may cost is held to their sum
   */
  work(parameters: Parameters): number;
  /** the largest image that comes out of one of a size; as large as that where this is left out */
  largest?(size: Size, parameters: Parameters): Size;
  /** the step itself: a pure function, which leaves its input as it is */
  apply(image: GrayImage, parameters: Parameters): GrayImage;
  /** the same for an image that comes row by row, of a step that makes a small one of a large one */
  applyRows?(rows: GrayRows, parameters: Parameters): GrayImage;
}
