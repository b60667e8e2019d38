import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import { schedules } from '../../engine/optim/index.ts';
import { count, subset } from '../../pipeline/data/dataset.ts';
import type { LoadedData } from '../../pipeline/data/load.ts';
import { TEST_SHARE } from '../../pipeline/data/load.ts';
import { sample } from '../../pipeline/data/split.ts';
import { SYNTH_COUNT } from '../../pipeline/data/synth/synth.ts';
import { openDevice } from '../../pipeline/devices.ts';
import { mergeCase } from '../../pipeline/mergeCase.ts';
import { findModel, place } from '../../pipeline/model.ts';
import type { Recipe } from '../../pipeline/preprocess/recipe.ts';
import { precisions } from '../../pipeline/rig.ts';
import { checkRunPath, nextRunPath } from '../../pipeline/runDirectory.ts';
import type { RunResult } from '../../pipeline/session.ts';
import { planTraining, runTraining } from '../../pipeline/session.ts';
import { optimizerNames } from '../../pipeline/settings.ts';
import { dataOptions, readingOf } from '../dataOptions.ts';
import { mergedLine } from '../evaluationReport.ts';
import { writeExamples } from '../examples.ts';
import { interruptible } from '../interrupt.ts';
import { loadWithProgress } from '../loadData.ts';
import * as options from '../options.ts';
import { classTable, grouped, note, percent, print, printJson } from '../output.ts';
import { planTable } from '../planTable.ts';
import { imageCount, syntheticNote } from '../synthetic.ts';
import { TrainingDisplay } from '../trainingDisplay.ts';
import { checkRanges, ranges, UsageError } from '../usage.ts';
import { version } from '../version.ts';

const scheduleNames = Object.keys(schedules) as (keyof typeof schedules)[];

const builder = (parser: Argv) =>
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
      default: 'lenet',
      describe: 'lenet, cnn, vgg or a JSON file',
    })
    .option('device', options.device)
    .option('threads', options.threads)
    .option('device-profile', options.deviceProfile)
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
      describe: 'Learning rate; the peak of the schedule',
    })
    .option('optimizer', {
      requiresArg: true,
      choices: optimizerNames,
      default: 'adam' as const,
      describe: 'How weights are updated',
    })
    .option('schedule', {
      requiresArg: true,
      choices: scheduleNames,
      default: 'one-cycle' as const,
      describe: 'How --lr changes',
    })
    .option('warmup', {
      type: 'number',
      requiresArg: true,
      default: 0,
      describe: 'Steps of linear warm-up before the schedule',
    })
    .option('momentum', {
      type: 'number',
      requiresArg: true,
      default: 0.9,
      describe: 'From 0 to less than 1, for sgd and nesterov',
    })
    .option('weight-decay', {
      type: 'number',
      requiresArg: true,
      describe: 'L2 penalty, 0 when left out; for adamw decoupled decay, 0.01',
    })
    .option('clip', {
      type: 'number',
      requiresArg: true,
      describe: 'Largest norm of the gradients, > 0; unlimited when left out',
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'The same seed gives the same run',
    })
    .option('precision', {
      requiresArg: true,
      choices: precisions,
      default: 'f32' as const,
      describe: 'f16 multiplies in half precision, with loss scaling (webgpu)',
    })
    .option('limit', {
      type: 'number',
      requiresArg: true,
      describe: 'Train on N of the training images only',
    })
    .option('validation', {
      type: 'number',
      requiresArg: true,
      default: 0.05,
      describe: 'Share of them kept aside to pick the best epoch',
    })
    .option('preprocess', {
      ...options.recipe,
      describe: `${options.recipe.describe}; by default as the data needs`,
    })
    .option('step', options.step)
    .option('augment', { ...options.augment, default: 'none' })
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
    .check(
      checkRanges({
        threads: ranges.threads,
        epochs: ranges.count,
        batch: ranges.count,
        lr: ranges.positive,
        warmup: ranges.countOrZero,
        momentum: ranges.share,
        'weight-decay': ranges.positiveOrZero,
        clip: ranges.positive,
        seed: ranges.countOrZero,
        limit: ranges.count,
        'synth-count': ranges.count,
        'max-pixels': ranges.count,
        validation: ranges.share,
        'test-share': ranges.part,
      }),
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** Keeps N training images; the test images stay as they are. */
function limited(data: LoadedData, limit: number | undefined, seed: number): LoadedData {
  if (limit === undefined || limit >= count(data.train)) return data;
  return { ...data, train: subset(data.train, sample(count(data.train), limit, seed)) };
}

/** The recipe that is asked for; undefined leaves it to the data. */
function recipeOf({ preprocess, step }: Args): Recipe | undefined {
  if (preprocess !== undefined) return options.recipeOf('--preprocess', preprocess, step);
  if (step === undefined) return undefined;
  throw new UsageError('--step: changes a recipe; name it with --preprocess');
}

async function run(args: Args): Promise<void> {
  if (args.synthCount !== undefined && args.data !== 'synth') {
    throw new UsageError('--synth-count: belongs to --data synth');
  }
  const recipe = recipeOf(args);
  const augment = options.augmentationOf(args.augment);
  const model = findModel(args.model);
  const out = args.out ?? nextRunPath(model.name);
  if (!args.plan) checkRunPath(out);
  const reading = { ...readingOf(args), testShare: args.testShare };
  const asked = {
    device: args.device,
    deviceProfile: args.deviceProfile,
    limit: args.limit ?? null,
    preprocess: args.preprocess ?? null,
    step: args.step ?? null,
    augment: args.augment,
  };
  const loaded = await loadWithProgress(args.data, {
    seed: args.seed,
    reading,
    ...(recipe !== undefined && { recipe }),
    maxPixels: args.maxPixels,
    ...(args.synthCount !== undefined && { synthCount: args.synthCount }),
    threads: args.threads,
    cache: args.cache,
  });
  const data = limited(loaded, args.limit, args.seed);
  const { classes } = data.train;
  const parameters = place(model, classes.length).reduce((sum, layer) => sum + layer.parameters, 0);
  const open = () => openDevice(args.device, { profile: args.deviceProfile, threads: args.threads });
  const device = await open();
  if ((args.plan || args.profile) && device.kind === 'cpu') {
    throw new InkgradError(
      `${args.plan ? '--plan' : '--profile'}: the device cpu runs without launches; use --device wasm or webgpu`,
    );
  }
  note(`model   ${model.name}, ${grouped(parameters)} parameters`);
  note(
    `data    ${args.data}, ${grouped(count(data.train))} training and ${grouped(count(data.test))} test images, ${classes.length} classes`,
  );
  const synthetic = syntheticNote(data);
  if (synthetic !== undefined) note(`        ${synthetic}`);
  for (const remark of data.remarks ?? []) note(`        ${remark}`);
  note(`device  ${device.kind} (${device.adapter})`);

  // As PyTorch's optimisers have it.
  const { clip = null, weightDecay = args.optimizer === 'adamw' ? 0.01 : 0, ...given } = args;
  const settings = pickSettings({ ...given, clip, weightDecay, augment });
  if (args.plan) {
    try {
      const plan = await planTraining(device, model, data, settings);
      if (args.json) printJson(plan);
      else print(planTable(plan));
    } finally {
      device.close();
    }
    return;
  }

  const { signal, exitCode } = interruptible('stopping after this step; once more to stop at once');
  const display = new TrainingDisplay(args.epochs, args.profile);
  let result: RunResult;
  try {
    result = await runTraining(
      {
        device,
        model,
        data,
        settings,
        reopen: open,
        tune: args.tune,
        out,
        about: { inkgrad: version, node: process.version, started: new Date().toISOString(), reading, asked },
        signal,
      },
      display,
    );
  } catch (error) {
    display.stop();
    if (!(error instanceof InkgradError) || !('step' in error)) throw error;
    throw new InkgradError(
      `${error.message}; ${join(out, 'checkpoints/last.safetensors')} is the last good state`,
    );
  } finally {
    device.close();
  }
  display.stop();
  const { test, steps, samplesPerSecond } = result;
  const { kind, adapter } = device;
  const report = { run: out, device: kind, adapter, epochs: args.epochs, steps, samplesPerSecond };
  if (test === null) {
    if (args.json) printJson({ ...report, test: null });
    note(`stopped at step ${steps}; the weights are in ${join(out, 'checkpoints/last.safetensors')}`);
    process.exitCode = exitCode();
    return;
  }
  const examples = writeExamples(out, data.test, args.seed);
  const merged = mergeCase(classes, test.confusion);
  const cased = mergedLine(merged);
  if (args.json) {
    const { loss, accuracy } = test;
    const mergedCase = cased && { mergedCase: { accuracy: merged.confusion.accuracy } };
    printJson({
      ...report,
      test: { loss, accuracy, ...mergedCase, ...(synthetic && { synthetic: true }) },
    });
  } else {
    print(classTable(classes, test.confusion.perClass()));
    print(
      `\ntest on ${imageCount(data.test)}: loss ${test.loss.toFixed(4)}, accuracy ${percent(test.accuracy)}`,
    );
    if (cased !== undefined) print(cased);
    print(`trained ${grouped(steps)} steps at ${grouped(samplesPerSecond)} samples/s on ${device.kind}`);
    print(`run in ${out}`);
  }
  note(`\nnext: npx inkgrad predict ${quoted(out)} ${quoted(examples)}`);
}

const settingNames = [
  'epochs',
  'batch',
  'lr',
  'optimizer',
  'schedule',
  'warmup',
  'momentum',
  'weightDecay',
  'clip',
  'seed',
  'precision',
  'validation',
  'augment',
] as const;

const pickSettings = <T extends Record<(typeof settingNames)[number], unknown>>(args: T) =>
  Object.fromEntries(settingNames.map((name) => [name, args[name]])) as Pick<
    T,
    (typeof settingNames)[number]
  >;

/** Shell quotes around what needs them. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

export const train = (parser: Argv): Argv =>
  parser.command('train', 'Train a model and evaluate it', builder, run);
