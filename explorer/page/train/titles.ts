import type { SettingName } from '../../../pipeline/train/settings.ts';

/** What the page calls settings. */
export const titles: Partial<Record<SettingName, string>> = {
  lr: 'Learning rate',
  optimizer: 'Optimiser',
  schedule: 'Schedule',
  batch: 'Batch size',
  epochs: 'Epochs',
  momentum: 'Momentum',
  beta1: 'Beta 1 of Adam',
  beta2: 'Beta 2 of Adam',
  weightDecay: 'Weight decay',
  clip: 'Clip gradients at',
  warmup: 'Warm-up steps',
  labelSmoothing: 'Label smoothing',
  mixup: 'Mixup',
  cutmix: 'CutMix',
  accumulate: 'Parts of a batch',
  patience: 'Patience, in epochs',
  seed: 'Seed',
  validation: 'Validation share',
  drawn: 'Drawn digits beside',
  freeze: 'Frozen layers',
  augment: 'Augmentation',
  classWeights: 'Class weights',
  ema: 'Average of weights',
};
