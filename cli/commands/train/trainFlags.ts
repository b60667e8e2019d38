import type { ArgumentsCamelCase, Argv } from 'yargs';
import { settingFields } from '../../../pipeline/train/settings.ts';
import { checkFields, flagsOf } from '../../fieldFlags.ts';
import * as options from '../../options.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { imageFlags, subjectFlags, tableRanges, textFlags } from './flagTables.ts';

/** The settings of a run, a flag each. */
const settingFlags = { ...flagsOf(settingFields), ...textFlags };

/** The flags of `train`. */
export const trainFlags = (parser: Argv) =>
  parser
    .usage('$0 train [options]\n\nTrains a model, writes a run directory and evaluates on the test images.')
    .options(subjectFlags)
    .options(settingFlags)
    .options(imageFlags)
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
    .check(checkRanges({ ...tableRanges, 'save-every': ranges.positive, 'save-every-steps': ranges.count }));

export type TrainArgs = ArgumentsCamelCase<Awaited<ReturnType<typeof trainFlags>['argv']>>;
