import type { ArgumentsCamelCase, Argv } from 'yargs';
import { openAll } from '../../../bench/devices.ts';
import * as report from '../../../bench/train/report.ts';
import { benchTrain } from '../../../bench/train/run.ts';
import { InkgradError } from '../../../engine/errors.ts';
import { place } from '../../../pipeline/model/model.ts';
import { loadData } from '../../../pipeline/node/data/load.ts';
import { deviceNames } from '../../../pipeline/node/devices/deviceNames.ts';
import { findModel } from '../../../pipeline/node/model/findModel.ts';
import { stepsPerEpoch } from '../../../pipeline/train/trainer.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import { finish } from './finish.ts';
import { namesOf } from './lists.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench train [options]\n\nMeasures how fast training goes, and how long it takes to recognise 97, 98 and ' +
        '99 % of the test images.',
    )
    .option('model', {
      type: 'string',
      requiresArg: true,
      default: 'lenet',
      describe: 'lenet, quick, cnn, vgg, resnet or a JSON file',
    })
    .option('data', {
      type: 'string',
      requiresArg: true,
      default: 'mnist',
      describe: 'mnist, or other images as train takes them',
    })
    .option('device', {
      type: 'string',
      requiresArg: true,
      default: 'auto',
      coerce: namesOf('device', deviceNames),
      describe: `Some of ${deviceNames.join(',')}; they take turns`,
    })
    .option('seeds', {
      type: 'number',
      requiresArg: true,
      default: 3,
      describe: 'How many runs a device does',
    })
    .option('epochs', {
      type: 'number',
      requiresArg: true,
      default: 4,
      describe: 'Passes over the training images',
    })
    .option('batch', { type: 'number', requiresArg: true, default: 64, describe: 'Images per step' })
    .option('lr', {
      type: 'number',
      requiresArg: true,
      default: 0.003,
      describe: 'The peak of the one-cycle rate',
    })
    .option('every', {
      type: 'number',
      requiresArg: true,
      describe: 'Steps between evaluations; a quarter of an epoch when left out',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for train.md, train.json and train.svg',
    })
    .option('revectorize', options.revectorize)
    .option('json', options.json)
    .example('$0 bench train', 'lenet on MNIST, three seeds')
    .example('$0 bench train --device cpu,webgpu --seeds 1', 'Two devices in turns')
    .example('$0 bench train --model cnn --out report/', 'As files, with the curves')
    .check(
      checkRanges({
        seeds: ranges.count,
        epochs: ranges.count,
        batch: ranges.batch,
        lr: ranges.positive,
        every: ranges.count,
      }),
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const { batch, epochs, lr } = args;
  const model = findModel(args.model);
  const data = await loadData(args.data, { seed: 1 });
  place(model, data.train.classes.length);
  const every = args.every ?? Math.ceil(stepsPerEpoch(data.train, batch) / 4);
  const seeds = Array.from({ length: args.seeds }, (_, i) => i + 1);
  const { devices, missing } = await openAll(args.device, args);
  try {
    if (missing.length > 0) throw new InkgradError(missing[0].reason);
    for (const { kind, adapter } of devices) note(`device  ${kind} (${adapter})`);
    const total = devices.length * seeds.length * epochs * stepsPerEpoch(data.train, batch);
    const progress = new Progress('training', total);
    const measured = await benchTrain({
      ...{ devices, model, data },
      settings: { epochs, batch, lr, every, seeds },
      onProgress: (done, text) => progress.update(done, [text]),
    }).finally(() => progress.stop());
    // Without a folder for it nothing is drawn, nor loaded to draw with.
    const drawing = args.out === undefined ? undefined : await import('../../../bench/train/chart.ts');
    const documents = {
      markdown: report.markdown(measured),
      json: { inkgrad: version, ...measured },
      svg: drawing?.chart(measured),
    };
    const readable = [
      report.settingsLine(measured),
      table(report.runHead, report.runCells(measured)),
      table(report.summaryHead, report.summaryCells(measured)),
      report.explanation(measured).join('\n'),
    ];
    finish('train', args, documents, readable.join('\n\n'));
  } finally {
    for (const device of devices) device.close();
  }
}

export const train = (parser: Argv): Argv =>
  parser.command('train', 'Measure training, and the time to an accuracy', builder, run);
