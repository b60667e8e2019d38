import type { ArgumentsCamelCase, Argv, Options } from 'yargs';
import { settingFields } from '../../../pipeline/train/settings.ts';
import { checkFields, flagsOf } from '../../fieldFlags.ts';
import { withGiven } from '../../given.ts';
import * as options from '../../options.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { imageFlags, subjectFlags, tableRanges, textFlags } from './flagTables.ts';

/** Flags that may stand in a file or the environment too. */
export const givenFlags = {
  ...subjectFlags,
  ...flagsOf(settingFields),
  ...textFlags,
  ...imageFlags,
  ...options.saveEvery,
  csv: options.csv,
  tune: {
    type: 'boolean',
    default: true,
    describe: 'Measure kernel variants once per adapter; --no-tune takes the defaults',
  },
  out: {
    type: 'string',
    requiresArg: true,
    describe: 'Run directory to make; by default runs/MODEL-N',
  },
} as const satisfies Record<string, Options>;

/** How help lists the flags: what most people set comes first. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  'Common:': [
    'data',
    'model',
    'epochs',
    'batch',
    'lr',
    'augment',
    'device',
    'seed',
    'out',
    'config',
    'dry-run',
  ],
  'How weights are updated:': [
    ...[
      'optimizer',
      'schedule',
      'warmup',
      'momentum',
      'beta1',
      'beta2',
      'weight-decay',
      'clip',
      'accumulate',
      'ema',
    ],
    ...['from', 'freeze'],
  ],
  'What is learned from images:': ['label-smoothing', 'class-weights', 'mixup', 'cutmix', 'drawn'],
  'When it ends, and what is kept:': [
    ...[
      'validation',
      'certainty',
      'patience',
      'minutes',
      'keep-every',
      'save-every',
      'save-every-steps',
      'csv',
    ],
  ],
  'How images are read:': [...Object.keys(imageFlags)],
  'The machine:': ['threads', 'revectorize', 'device-profile', 'precision', 'tune'],
  'What is printed:': ['json', 'profile', 'plan', 'verbose'],
};

/** The flags of `train`. */
export const trainFlags = (parser: Argv) => {
  for (const [name, flags] of Object.entries(groups)) parser.group(flags, name);
  return withGiven(parser, givenFlags)
    .usage('$0 train [options]\n\nTrains a model, writes a run directory and evaluates on the test images.')
    .options(givenFlags)
    .option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Print what would be trained, and what that takes, and train nothing',
    })
    .option('profile', {
      type: 'boolean',
      default: false,
      describe: 'Print the time of every launch of one step',
    })
    .option('plan', {
      type: 'boolean',
      default: false,
      describe: 'Print the launches of a step and train nothing',
    })
    .option('json', options.json)
    .example('$0 train', 'lenet on MNIST, to 98.5 % and more')
    .example('$0 train --model cnn --device webgpu', 'A larger model on the GPU')
    .example('$0 train --device webgpu --plan', 'What one step launches')
    .example('$0 train --data synth --model cnn', 'Letters and digits, drawn from handwriting fonts')
    .example(
      '$0 train --data letters/ --model vgg --augment light --epochs 30 --validation 0',
      'A folder with one sub-folder of images per class',
    )
    .example(
      '$0 train --data letters/ --preprocess photo --step threshold:method=sauvola,window=25,k=0.3',
      'A recipe with another threshold',
    )
    .example(
      '$0 train --data letters/ --from runs/lenet-1 --freeze 6 --lr 0.001',
      'Fine-tune a trained model on other images',
    )
    .example(
      '$0 train --config runs/lenet-1/config.json --lr 0.001',
      'A run again, with another learning rate',
    )
    .check(checkFields(settingFields))
    .check(checkRanges({ ...tableRanges, 'save-every': ranges.positive, 'save-every-steps': ranges.count }));
};

export type TrainArgs = ArgumentsCamelCase<Awaited<ReturnType<typeof trainFlags>['argv']>>;
