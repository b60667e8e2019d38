import type { Optimizer } from '../../engine/optim/index.ts';
import { Adam, AdamW, SGD, schedules, withWarmup } from '../../engine/optim/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Augmentation } from '../data/augment.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ModelSpec } from '../model/model.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import type { Precision, RigPlan } from './rig.ts';

/** Every setting of a training run: what `train` takes as flags and config.json records. */
export interface Settings {
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly optimizer: OptimizerName;
  readonly schedule: keyof typeof schedules;
  /** Steps of linear warm-up before the schedule. */
  readonly warmup: number;
  /** For sgd and nesterov. */
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of the gradients; null leaves them as they are. */
  readonly clip: number | null;
  readonly seed: number;
  /** f16 multiplies in half precision, with loss scaling. */
  readonly precision: Precision;
  /** The share of the training images that is kept aside to choose the best epoch. */
  readonly validation: number;
  /** How training images are changed at random. */
  readonly augment: Augmentation;
}

export const optimizerNames = ['adam', 'adamw', 'sgd', 'nesterov'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

function makeOptimizer(parameters: Iterable<Tensor>, settings: Settings): Optimizer {
  const { lr: rate, momentum, weightDecay } = settings;
  const makers: Record<OptimizerName, () => Optimizer> = {
    adam: () => new Adam(parameters, { rate, weightDecay }),
    adamw: () => new AdamW(parameters, { rate, weightDecay }),
    sgd: () => new SGD(parameters, { rate, momentum, weightDecay }),
    nesterov: () => new SGD(parameters, { rate, momentum, weightDecay, nesterov: true }),
  };
  return makers[settings.optimizer]();
}

/** What a rig is made from by these settings. */
export function rigPlanOf(
  model: ModelSpec,
  classes: number,
  data: Dataset,
  recipe: Recipe,
  settings: Settings,
): RigPlan {
  const { epochs, batch, seed, clip, augment } = settings;
  const schedule = withWarmup(schedules[settings.schedule], settings.warmup);
  return {
    model,
    classes,
    makeOptimizer: (built) => makeOptimizer(built.parameters().values(), settings),
    precision: settings.precision,
    training: { schedule, data, recipe, epochs, batch, seed, clip, augment },
  };
}
