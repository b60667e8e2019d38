import type { AdamOptions, Optimizer } from '../../engine/optim/index.ts';
import { Adam, AdamW, SGD } from '../../engine/optim/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { OptimizerName } from './optimizerNames.ts';

/** What an optimiser is made with. */
export interface OptimizerSettings {
  /** Which one. */
  readonly optimizer: OptimizerName;
  /** The learning rate. */
  readonly lr: number;
  /** For sgd and nesterov. */
  readonly momentum: number;
  /** For adam and adamw. */
  readonly beta1: number;
  /** For adam and adamw. */
  readonly beta2: number;
  /** L2 penalty; for adamw decoupled decay. */
  readonly weightDecay: number;
}

type Make = (parameters: Iterable<Tensor>, settings: OptimizerSettings) => Optimizer;

const adamOptions = ({ lr, beta1, beta2, weightDecay }: OptimizerSettings): AdamOptions => ({
  ...{ lr, weightDecay, betas: [beta1, beta2] },
});

/** Every optimiser by its name. */
const optimizers = {
  adam: (parameters, settings) => new Adam(parameters, adamOptions(settings)),
  adamw: (parameters, settings) => new AdamW(parameters, adamOptions(settings)),
  sgd: (parameters, { lr, momentum, weightDecay }) => new SGD(parameters, { lr, momentum, weightDecay }),
  nesterov: (parameters, { lr, momentum, weightDecay }) =>
    new SGD(parameters, { lr, momentum, weightDecay, nesterov: true }),
} satisfies Record<OptimizerName, Make>;

export const makeOptimizer: Make = (parameters, settings) =>
  optimizers[settings.optimizer](parameters, settings);
