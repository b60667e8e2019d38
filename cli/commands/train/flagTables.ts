import type { ArgumentsCamelCase, InferredOptionTypes, Options } from 'yargs';
import { TEST_SHARE } from '../../../pipeline/data/defaults.ts';
import { SYNTH_COUNT } from '../../../pipeline/node/data/defaults.ts';
import type { Settings } from '../../../pipeline/train/settings.ts';
import { dataOptions } from '../../dataOptions.ts';
import * as options from '../../options.ts';
import { ranges } from '../../usage.ts';

// Flags of all commands that train: `train`, `lr-find`, `sweep`.

/** What is trained, on which images, and where. */
export const subjectFlags = {
  data: {
    type: 'string',
    requiresArg: true,
    default: 'mnist',
    describe: 'mnist, synth, a folder with one sub-folder per class, a CSV file, or IDX files',
  },
  model: {
    type: 'string',
    requiresArg: true,
    describe: 'lenet, quick, cnn, vgg, resnet or a JSON file [default: lenet, or that of --from]',
  },
  from: {
    type: 'string',
    requiresArg: true,
    describe:
      'A run or checkpoint whose weights to begin with; for other classes its last layer is made anew',
  },
  device: options.device,
  threads: options.threads,
  revectorize: options.revectorize,
  'device-profile': options.deviceProfile,
} as const satisfies Record<string, Options>;

/** Settings that are written in a syntax of their own. */
export const textFlags = {
  augment: { ...options.augment, default: 'none' },
  'class-weights': { ...options.classWeights, default: 'none' },
} as const satisfies Record<string, Options>;

/** How images are read, how many of them, and how they are prepared. */
export const imageFlags = {
  limit: { type: 'number', requiresArg: true, describe: 'Train on N of the training images only' },
  preprocess: { ...options.recipe, describe: `${options.recipe.describe}; by default as the data needs` },
  step: options.step,
  'max-pixels': options.maxPixels,
  'skip-broken': options.skipBroken,
  cache: options.cache,
  ...dataOptions,
  'test-share': {
    type: 'number',
    requiresArg: true,
    default: TEST_SHARE,
    describe: 'Share of each class that is tested on where the data has no test part',
  },
  'synth-count': {
    type: 'number',
    requiresArg: true,
    describe: `Training images of each class for --data synth [default: ${SYNTH_COUNT}]`,
  },
} as const satisfies Record<string, Options>;

/** What the numbers of these tables may be. */
export const tableRanges = {
  threads: ranges.threads,
  limit: ranges.count,
  'synth-count': ranges.ofEach,
  'max-pixels': ranges.count,
  'test-share': ranges.part,
};

type Tables = typeof subjectFlags & typeof textFlags & typeof imageFlags;

/** What the flags of these tables say, and those of settings as far as a command has them. */
export type SubjectArgs = ArgumentsCamelCase<InferredOptionTypes<Tables>> &
  Partial<Omit<Settings, 'augment' | 'classWeights' | 'seed'>> & {
    readonly seed: number;
    readonly plan?: boolean;
    readonly profile?: boolean;
  };
