import type * as v from 'valibot';
import type { GrayImage } from '../image/image.ts';

/** The fields of a step as they come from JSON, before they are checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** A kind of step: what it does, and which parameters it takes. */
export interface StepKind<Parameters> {
  /** the parameters in words, for an error message */
  readonly expects: string;
  /** what fields read from JSON must be to be parameters of this kind; others beside them do no harm */
  readonly parameters: v.GenericSchema<Parameters>;
  /** the step itself: a pure function, which leaves its input as it is */
  apply(image: GrayImage, parameters: Parameters): GrayImage;
}
