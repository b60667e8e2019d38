import type { GrayImage } from '../image/image.ts';

/** The fields of a step as they come from JSON, before they are checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** A kind of step: what it does, and which parameters it takes. */
export interface StepKind<Parameters> {
  /** the parameters in words, for an error message */
  readonly expects: string;
  /** whether fields read from JSON are parameters of this kind */
  accepts(fields: Fields): fields is Fields & Parameters;
  /** the step itself: a pure function, which leaves its input as it is */
  apply(image: GrayImage, parameters: Parameters): GrayImage;
}

/** Whether a field is an integer in [low, high]. */
export const isInteger = (value: unknown, low: number, high: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;

/** Whether a field is a number in [low, high]. */
export const isNumber = (value: unknown, low: number, high: number): value is number =>
  typeof value === 'number' && value >= low && value <= high;
