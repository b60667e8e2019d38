import type { Settings } from './settings.ts';

/** Settings that belong together, with the model that they were found for. */
export interface Preset extends Partial<Settings> {
  /** The name of a model that comes along. */
  readonly model: string;
}

/** Settings that come along, by name. */
export const presets = {
  /**
   * 99 % of MNIST's test digits after one epoch. What leads there, by what it adds on 10,000 digits kept aside
   * (bench/WORKLOG.md): labels smoothed 0.17 points, a rate that falls in a straight line 0.07, and Adam that forgets soon.
   * There is no time for drawn digits or a gate.
   */
  quick: {
    ...{ model: 'quick', epochs: 1, batch: 128, lr: 0.01, schedule: 'triangle' },
    ...{ beta1: 0.7, beta2: 0.9, labelSmoothing: 0.1 },
    ...{ drawn: 0, validation: 0.01, certainty: 'temperature' },
  },
} as const satisfies Readonly<Record<string, Preset>>;
