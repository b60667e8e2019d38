import type { ArgumentsCamelCase, Argv, Options } from 'yargs';
import { restoreGate } from '../../../pipeline/certainty/gate.ts';
import { refusals } from '../../../pipeline/certainty/refusals.ts';
import { type CheckpointFile, restoreModel } from '../../../pipeline/checkpoint/checkpoint.ts';
import { count } from '../../../pipeline/data/dataset.ts';
import type { DetailedEvaluation } from '../../../pipeline/evaluate/evaluate.ts';
import { mergeCase } from '../../../pipeline/evaluate/mergeCase.ts';
import { withDevice } from '../../../pipeline/node/devices/devices.ts';
import { writeDurably } from '../../../pipeline/node/files/writeFile.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { dataOptions } from '../../dataOptions.ts';
import { withGiven } from '../../given.ts';
import * as options from '../../options.ts';
import { refuseWithin } from '../../outFolder.ts';
import { note, percent, print, printJson } from '../../output.ts';
import { imageCount } from '../../synthetic.ts';
import { classJson } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import type { Command } from '../command.ts';
import { calibrationLine, confusionTables, mergedJson, mergedLine, refusedLine } from './evaluationReport.ts';
import { scoreImages } from './scoreImages.ts';
import { type TestImages, testImages } from './testImages.ts';
import { readAlike, scoreTogether, splitOtherwise, togetherLine } from './together.ts';
import { writeMistakes } from './writeMistakes.ts';

/** Flags that may stand in a file or the environment too. Which images are read is not among them: those of the run are meant. */
export const givenFlags = {
  'max-pixels': options.maxPixels,
  'skip-broken': options.skipBroken,
  cache: options.cache,
  'merge-case': {
    type: 'boolean',
    default: false,
    describe: 'Also take classes that differ only in case, like o and O, for one',
  },
  'only-known': {
    type: 'boolean',
    default: false,
    describe: 'Leave out images of classes that the model does not know',
  },
  tta: {
    type: 'number',
    requiresArg: true,
    default: 0,
    describe: 'Read each image in N more copies, changed a little, too',
  },
  device: options.device,
  threads: options.threads,
  revectorize: options.revectorize,
} as const satisfies Record<string, Options>;

const builder = (parser: Argv) =>
  withGiven(parser, givenFlags)
    .usage(
      '$0 evaluate RUN... [options]\n\nLoss, accuracy, a score per class and the confusion matrix on test images. Several runs read ' +
        'together: the mean of their probabilities counts.',
    )
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Run directories or checkpoint files',
    })
    .option('data', {
      type: 'string',
      requiresArg: true,
      describe: 'Other images; by default the test images of the first run',
    })
    .options(dataOptions)
    .option('report', {
      type: 'string',
      requiresArg: true,
      describe: 'Write it as a page too, FILE.html: the pictures behind each number',
    })
    .option('mistakes', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the misread images, named by what they are and what was read',
    })
    .options(givenFlags)
    .check(checkRanges({ threads: ranges.threads, 'max-pixels': ranges.count, tta: ranges.countOrZero }))
    .option('json', options.json)
    .example('$0 evaluate runs/lenet-1', 'On the test images that belong to the training data')
    .example('$0 evaluate runs/lenet-1 --data photos/', 'On other images of the same classes')
    .example(
      '$0 evaluate runs/lenet-1 runs/lenet-2 --tta 4',
      'Two models together, each image in five copies',
    )
    .example('$0 evaluate runs/letters-1 --merge-case', 'With O and o, S and s … taken for one class each')
    .example('$0 evaluate runs/lenet-1 --report test.html', 'With the pictures in each cell, as a page')
    .example('$0 evaluate runs/lenet-1 --mistakes mistakes', 'The images that went wrong, as files')
    .example(
      '$0 evaluate runs/lenet-1 --data all.csv --only-known',
      'A model of digits on those of a larger set',
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const checkpoints = readAlike(args.runs);
  const [checkpoint] = checkpoints;
  for (const remark of checkpoints.flatMap(({ remarks }) => remarks)) note(remark);
  if (args.data === undefined) {
    for (const path of splitOtherwise(checkpoints))
      note(`${path}: has other test images, and may have been trained on some of these`);
  }
  const isAlone = checkpoints.length === 1 && args.tta === 0;
  const { classes } = checkpoint;
  const [test, scores, refused] = await withDevice(args.device, args, async (device) => {
    const test = await testImages(args, checkpoint);
    if (args.mistakes !== undefined) refuseWithin(test.source, args.mistakes, { flag: '--mistakes' });
    // What looks like no character is judged by one model, of the image as it is.
    if (!isAlone)
      return [test, await scoreTogether(checkpoints, device, test.images, args.tta), null] as const;
    const model = restoreModel(checkpoint, device);
    const scores = await scoreImages(checkpoint, model, device, test.images);
    const gate = restoreGate(checkpoint, model, device);
    const refused =
      gate && (await refusals(gate, device, test.images, checkpoint.recipe)).filter(Boolean).length;
    return [test, scores, refused] as const;
  });
  const { loss, accuracy, confusion, calibration } = scores;
  const merged = args.mergeCase ? mergeCase(classes, confusion) : undefined;
  const written = await writeFiles(args, checkpoint, test, scores);
  if (args.json) {
    printJson({
      loss,
      accuracy,
      calibration,
      ...(!isAlone && { runs: checkpoints.map(({ path }) => path), copies: args.tta + 1 }),
      ...(refused !== null && { refused: { images: refused, share: refused / count(test.images) } }),
      ...(test.images.fonts && { synthetic: true }),
      perClass: classJson(classes, confusion.perClass()),
      confusion: confusion.matrix,
      ...(merged && { mergedCase: mergedJson(merged) }),
      ...(args.onlyKnown && { leftOut: test.leftOut }),
      ...written,
    });
    return;
  }
  const shown = merged ?? { classes, confusion };
  print(confusionTables(shown.classes, shown.confusion));
  const { leftOut } = test;
  if (leftOut.images > 0) {
    print(
      `\n${grouped(leftOut.images)} images left out, of classes that the model does not know: ${leftOut.classes.map(visible).join(' ')}`,
    );
  }
  if (!isAlone) print(togetherLine(checkpoints.length, args.tta + 1));
  print(`\n${imageCount(test.images)}: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`);
  if (merged) print(mergedLine(merged) ?? 'case merged: no two classes differ only in case');
  print(calibrationLine(calibration));
  if (refused !== null) print(refusedLine(refused, count(test.images)));
  const { report, mistakes } = written;
  if (report !== undefined) print(`${report}  the same as a page, with pictures`);
  if (mistakes !== undefined) print(`${mistakes.folder}  ${grouped(mistakes.images)} misread images`);
}

/** Writes what was asked for beside what is printed. */
async function writeFiles(
  args: Args,
  checkpoint: CheckpointFile,
  test: TestImages,
  scores: DetailedEvaluation,
) {
  const { report, mistakes: folder } = args;
  const { images, source } = test;
  if (report !== undefined) {
    const { evaluationPage } = await import('../../../report/run/evaluationPage.tsx');
    const facts = [
      ['model', `${checkpoint.model.name}, ${checkpoint.path}`],
      ['recipe', checkpoint.recipe.name],
    ] as const;
    writeDurably(report, evaluationPage(source, facts, { data: images, scores }));
  }
  return {
    ...(report !== undefined && { report }),
    ...(folder !== undefined && {
      mistakes: { folder, images: writeMistakes(folder, images, scores.answers) },
    }),
  };
}

export const evaluate: Command = { builder, run };
