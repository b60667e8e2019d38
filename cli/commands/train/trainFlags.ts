import type { ArgumentsCamelCase, Argv } from 'yargs';
import { TEST_SHARE } from '../../../pipeline/node/data/load.ts';
import { SYNTH_COUNT } from '../../../pipeline/node/data/synth.ts';
import { settingFields } from '../../../pipeline/train/settings.ts';
import { dataOptions } from '../../dataOptions.ts';
import { checkFields, flagsOf } from '../../fieldFlags.ts';
import * as options from '../../options.ts';
import { checkRanges, ranges } from '../../usage.ts';

/** The settings of a run, a flag each; an augmentation is written in a syntax of its own. */
const settingFlags = {
  ...flagsOf(settingFields),
  augment: { ...options.augment, default: 'none' },
  'class-weights': { ...options.classWeights, default: 'none' },
};

/** The flags of `train`. */
export const trainFlags = (parser: Argv) =>
  parser
    .usage('$0 train [options]\n\nTrains a model, writes a run directory and evaluates on the test images.')
    .option('data', {
      type: 'string',
      requiresArg: true,
      default: 'mnist',
      describe: 'mnist, synth, a folder with one sub-folder per class, a CSV file, or IDX files',
    })
    .option('model', {
      type: 'string',
      requiresArg: true,
      describe: 'lenet, cnn, vgg, resnet or a JSON file [default: lenet, or that of --from]',
    })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe:
        'A run or checkpoint whose weights to begin with; for other classes its last layer is made anew',
    })
    .option('device', options.device)
    .option('threads', options.threads)
    .option('device-profile', options.deviceProfile)
    .options(settingFlags)
    .option('limit', {
      type: 'number',
      requiresArg: true,
      describe: 'Train on N of the training images only',
    })
    .option('preprocess', {
      ...options.recipe,
      describe: `${options.recipe.describe}; by default as the data needs`,
    })
    .option('step', options.step)
    .option('max-pixels', options.maxPixels)
    .option('cache', options.cache)
    .options(dataOptions)
    .option('test-share', {
      type: 'number',
      requiresArg: true,
      default: TEST_SHARE,
      describe: 'Share of each class that is tested on where the data has no test part',
    })
    .option('synth-count', {
      type: 'number',
      requiresArg: true,
      describe: `Training images of each class for --data synth [default: ${SYNTH_COUNT}]`,
    })
    .option('tune', {
      type: 'boolean',
      default: true,
      describe: 'Measure kernel variants once per adapter; --no-tune takes the defaults',
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
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Run directory to make; by default runs/MODEL-N',
    })
    .options(options.saveEvery)
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
    .check(checkFields(settingFields))
    .check(
      checkRanges({
        threads: ranges.threads,
        'save-every': ranges.positive,
        'save-every-steps': ranges.count,
        limit: ranges.count,
        'synth-count': ranges.ofEach,
        'max-pixels': ranges.count,
        'test-share': ranges.part,
      }),
    );

export type TrainArgs = ArgumentsCamelCase<Awaited<ReturnType<typeof trainFlags>['argv']>>;
