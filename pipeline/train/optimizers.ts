import type { Optimizer } from '../../engine/optim/index.ts';
import { Adam, AdamW, SGD } from '../../engine/optim/index.ts';
import type { Tensor } from '../../engine/tensor.ts';

/** What an optimiser is made with. */
export interface OptimizerSettings {
  readonly optimizer: OptimizerName;
  readonly lr: number;
  /** For sgd and nesterov. */
  readonly momentum: number;
  readonly weightDecay: number;
}

type Make = (parameters: Iterable<Tensor>, settings: OptimizerSettings) => Optimizer;

/** Every optimiser by its name. */
const optimizers = {
  adam: (parameters, { lr: rate, weightDecay }) => new Adam(parameters, { rate, weightDecay }),
  adamw: (parameters, { lr: rate, weightDecay }) => new AdamW(parameters, { rate, weightDecay }),
  sgd: (parameters, { lr: rate, momentum, weightDecay }) =>
    new SGD(parameters, { rate, momentum, weightDecay }),
  nesterov: (parameters, { lr: rate, momentum, weightDecay }) =>
    new SGD(parameters, { rate, momentum, weightDecay, nesterov: true }),
} satisfies Record<string, Make>;

export type OptimizerName = keyof typeof optimizers;
export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** Decay of weights where none is asked for: as PyTorch's optimisers have it. */
export const usualDecay = (optimizer: OptimizerName): number => (optimizer === 'adamw' ? 0.01 : 0);

export const makeOptimizer: Make = (parameters, settings) =>
  optimizers[settings.optimizer](parameters, settings);
