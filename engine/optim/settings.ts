import { InkgradError, written } from '../errors.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';

/** The numbers of stochastic gradient descent. */
export interface SgdOptions {
  /** The learning rate. */
  readonly lr: number;
  /** The share of the last steps that goes on in the next; 0 when left out. */
  readonly momentum?: number;
  /** Times the parameter is added to its gradient; 0 when left out. */
  readonly weightDecay?: number;
  /** Whether the gradient is taken ahead, by Nesterov's rule; false when left out. */
  readonly nesterov?: boolean;
}

/** The numbers of Adam and AdamW. */
export interface AdamOptions {
  /** The learning rate. */
  readonly lr: number;
  /**
   * What stays of the running averages of the gradient and of its square in each step; [0.9, 0.999] when left
   * out.
   */
  readonly betas?: readonly [number, number];
  /** Keeps the divisor away from 0; 1e-8 when left out. */
  readonly eps?: number;
  /** Pulls parameters to 0; 0 when left out, for AdamW 0.01. */
  readonly weightDecay?: number;
}

export const sgdOptions: Known<SgdOptions> = { lr: true, momentum: true, weightDecay: true, nesterov: true };
export const adamOptions: Known<AdamOptions> = { lr: true, betas: true, eps: true, weightDecay: true };

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isPositive = (value: unknown): boolean => isNumber(value) && value >= 0 && value < Infinity;
const isBeta = (value: unknown): boolean => isNumber(value) && value >= 0 && value < 1;

const positive = [isPositive, 'a number ≥ 0'] as const;

/** What each may be. */
const kinds = {
  lr: [isPositive, 'a number ≥ 0, as in { lr: 0.01 }'],
  momentum: positive,
  weightDecay: positive,
  eps: positive,
  nesterov: [(value: unknown) => typeof value === 'boolean', 'true or false'],
  betas: [
    (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isBeta),
    'two numbers from 0 to less than 1',
  ],
} as const satisfies Record<keyof (SgdOptions & AdamOptions), readonly [(value: unknown) => boolean, string]>;

/** Refuses a value that the option cannot have; returns it. */
export function expectSetting<T>(where: string, name: keyof typeof kinds, value: T): T {
  const [is, expected] = kinds[name];
  if (is(value)) return value;
  throw new InkgradError(`${where}: ${name} is ${written(value)}; expected ${expected}`);
}

/** Refuses options that are unknown, and values that they cannot have. */
export function checkSettings<Options extends object>(
  where: string,
  options: Options,
  known: Known<NoInfer<Options>>,
): void {
  checkOptions(where, options ?? {}, known);
  for (const [name, value] of Object.entries({ lr: undefined, ...options })) {
    if (value !== undefined || name === 'lr') expectSetting(where, name as keyof typeof kinds, value);
  }
}
