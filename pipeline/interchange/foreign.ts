import type { ModelSpec } from '../model/model.ts';
import type { Origin } from './origin.ts';
import type { Weights } from './weights.ts';

/** x·scale + shift: a number each for all channels, or one for each. */
export interface Before {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

/** A network from a file of another program, as far as the file says what it is. */
export interface Foreign {
  /** what inkgrad wrote beside the numbers, where it made the file */
  readonly origin: Partial<Origin>;
  readonly model: ModelSpec;
  /** how many it tells apart */
  readonly classes: number;
  /** by their names in the model; not yet held to it */
  readonly weights: Weights;
  /** what the file itself divides logits by; 1 where it does not */
  readonly temperature: number;
  /** what the file itself does with its input before the first layer */
  readonly before: Before;
  /** what a person should know of how it was read */
  readonly remarks: readonly string[];
}

export const untouched: Before = { scale: [1], shift: [0] };

export const isUntouched = ({ scale, shift }: Before): boolean =>
  scale.every((factor) => factor === 1) && shift.every((value) => value === 0);
