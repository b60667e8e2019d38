import type { ArgumentsCamelCase, Argv, Options } from 'yargs';
import { writeDurably } from '../../../pipeline/node/files/writeFile.ts';
import { findLearningRate } from '../../../pipeline/node/runs/findLearningRate.ts';
import { proposedRate, usualRange } from '../../../pipeline/train/lrFind.ts';
import { settingFields } from '../../../pipeline/train/settings.ts';
import type { RateReport } from '../../../report/rates/rateReport.ts';
import { listBroken } from '../../brokenList.ts';
import { checkFields, flagsOf } from '../../fieldFlags.ts';
import { withGiven } from '../../given.ts';
import { html, pagePathOf } from '../../htmlFlag.ts';
import * as options from '../../options.ts';
import { note, print, printJson } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { checkRanges, ranges, UsageError } from '../../usage.ts';
import type { Command } from '../command.ts';
import { imageFlags, subjectFlags, tableRanges, textFlags } from '../train/flagTables.ts';
import { setUp, wishOf } from '../train/setUp.ts';
import { rateText } from './rateText.ts';

// What a step is made of; the other settings say how many there are, and how they change.
const { batch, optimizer, momentum, weightDecay, clip, labelSmoothing, mixup, cutmix } = settingFields;
const { accumulate, freeze, seed, precision, validation, drawn } = settingFields;
const stepFields = {
  ...{ batch, optimizer, momentum, weightDecay, clip, labelSmoothing, mixup, cutmix },
  ...{ accumulate, freeze, seed, precision, validation, drawn },
};

/** Flags that may stand in a file or the environment too. */
export const givenFlags = {
  ...subjectFlags,
  steps: {
    type: 'number',
    requiresArg: true,
    default: usualRange.steps,
    describe: 'Steps at the most; it ends when the loss has grown past all sense',
  },
  least: {
    type: 'number',
    requiresArg: true,
    default: usualRange.from,
    describe: 'The learning rate of the first step',
  },
  most: {
    type: 'number',
    requiresArg: true,
    default: usualRange.to,
    describe: 'The learning rate of the last step',
  },
  ...flagsOf(stepFields),
  ...textFlags,
  ...imageFlags,
} as const satisfies Record<string, Options>;

const builder = (parser: Argv) =>
  withGiven(parser, givenFlags)
    .usage(
      '$0 lr-find [options]\n\nTrains some steps with a learning rate that grows, and proposes one for the peak of the ' +
        'schedule: just before the loss is lowest. Nothing is kept of that training.',
    )
    .options(givenFlags)
    .option('html', { ...html, describe: 'Write the curve as a page too, to FILE.html [report.html]' })
    .option('svg', {
      type: 'string',
      requiresArg: true,
      describe: 'Write the curve as a picture, to FILE.svg',
    })
    .option('json', options.json)
    .example('$0 lr-find', 'A learning rate for lenet on MNIST, with adam')
    .example(
      '$0 lr-find --data letters/ --model vgg --optimizer sgd --svg rates.svg',
      'The same for a folder',
    )
    .check(checkFields(stepFields))
    .check(
      checkRanges({
        ...tableRanges,
        steps: ranges.several,
        least: ranges.positive,
        most: ranges.positive,
      }),
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const range = { from: args.least, to: args.most, steps: args.steps };
  if (range.from >= range.to)
    throw new UsageError(`--most ${range.to}: expected more than --least ${range.from}`);
  if (args.svg !== undefined && !/\.svg$/i.test(args.svg))
    throw new UsageError(`--svg ${args.svg}: expected a name that ends in .svg`);
  const pagePath = pagePathOf(args.html, '.');
  const ready = await setUp(args, wishOf(args));
  const progress = new Progress('trying', range.steps);
  const points = await findLearningRate(ready, range, ({ length }) => progress.update(length)).finally(() => {
    progress.stop();
    ready.device.close();
  });
  const { model, settings, data } = ready;
  const report: RateReport = {
    ...{ model: model.name, source: data.source, optimizer: settings.optimizer, batch: settings.batch },
    ...{ points, proposed: proposedRate(points) },
  };
  if (pagePath !== null) {
    const { ratePage } = await import('../../../report/rates/ratePage.tsx');
    writeDurably(pagePath, ratePage(report));
  }
  if (args.svg !== undefined) {
    const [{ rateChart }, { svgFile }] = await Promise.all([
      import('../../../report/rates/rateChart.ts'),
      import('../../../report/charts/svgFile.ts'),
    ]);
    writeDurably(args.svg, svgFile(rateChart(report)));
  }
  listBroken(data.broken);
  if (args.json) printJson(report);
  else print(rateText(report, range));
  const written = [pagePath, args.svg].filter((path) => path != null);
  if (written.length > 0) note(`\nwritten: ${written.join(', ')}`);
}

export const lrFind: Command = { builder, run };
