import type { StepRecord } from '../../../pipeline/train/records.ts';
import type { Settings } from '../../../pipeline/train/settings.ts';
import type { Wanted } from '../data/shelf.ts';

/** How an epoch ended on the validation images. */
export interface EpochScores {
  readonly epoch: number;
  /** steps done by its end */
  readonly step: number;
  /** mean loss of its steps, and the share of their images that was recognised */
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly validation: { readonly loss: number; readonly accuracy: number };
  /** `matrix[label][predicted]` */
  readonly matrix: readonly (readonly number[])[];
}

/** Where a training stands. */
export interface Standing {
  /** it goes on by itself */
  readonly plays: boolean;
  /** steps done */
  readonly step: number;
  /** from 1 */
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  readonly settings: Settings;
  /** the share of the dropout layers; null where there are none */
  readonly dropout: number | null;
  /** bytes in use on the device */
  readonly memory: number;
}

/** What is told of a training that has begun. */
export interface Begun {
  readonly classes: readonly string[];
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  /** what they were taken of */
  readonly wanted: Wanted;
}

/** What a training tells the page. */
export type CourseEvent =
  /** Images are loaded, or drawn. */
  | { readonly kind: 'loading'; readonly done: number; readonly total: number }
  | { readonly kind: 'begun'; readonly begun: Begun }
  | { readonly kind: 'steps'; readonly records: readonly StepRecord[]; readonly imagesPerSecond: number }
  | { readonly kind: 'epoch'; readonly scores: EpochScores }
  /** Something goes wrong, and what to try. */
  | { readonly kind: 'warning'; readonly words: string }
  /** It ends, and why. */
  | { readonly kind: 'over'; readonly words: string }
  /** What came after a step never was. */
  | { readonly kind: 'back'; readonly step: number; readonly epochs: number }
  | { readonly kind: 'standing'; readonly standing: Standing };

export type Tell = (event: CourseEvent) => void;
