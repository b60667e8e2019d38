import { join } from 'node:path';
import type { Argv } from 'yargs';
import { InkgradError } from '../../../engine/errors.ts';
import type { Augmentation } from '../../../pipeline/data/augment.ts';
import { count } from '../../../pipeline/data/dataset.ts';
import { usualDrawn } from '../../../pipeline/data/drawn/withDrawn.ts';
import { mergeCase } from '../../../pipeline/evaluate/mergeCase.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { place } from '../../../pipeline/model/model.ts';
import type { Reading } from '../../../pipeline/node/data/reading.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { UnwritableError } from '../../../pipeline/node/files/writeFile.ts';
import { findModel } from '../../../pipeline/node/model/findModel.ts';
import type { WriteFault } from '../../../pipeline/node/runs/runDirectory.ts';
import type { RunFolder } from '../../../pipeline/node/runs/runFolder.ts';
import type { RunResult } from '../../../pipeline/node/runs/runTraining.ts';
import { planTraining, runTraining } from '../../../pipeline/node/runs/runTraining.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import { readingOf } from '../../dataOptions.ts';
import { interruptible } from '../../interrupt.ts';
import { loadWithProgress } from '../../loadData.ts';
import * as options from '../../options.ts';
import { classTable, grouped, note, percent, print, printJson } from '../../output.ts';
import { imageCount, syntheticNote } from '../../synthetic.ts';
import { UsageError } from '../../usage.ts';
import { mergedLine } from '../evaluate/evaluationReport.ts';
import { writeExamples } from './examples.ts';
import { planTable } from './planTable.ts';
import { takeFolder, withFolder } from './takeFolder.ts';
import { type TrainArgs, trainFlags } from './trainFlags.ts';
import { TrainingDisplay } from './trainingDisplay.ts';

/** The recipe that is asked for; undefined leaves it to the data. */
function recipeOf({ preprocess, step }: TrainArgs): Recipe | undefined {
  if (preprocess !== undefined) return options.recipeOf('--preprocess', preprocess, step);
  if (step === undefined) return undefined;
  throw new UsageError('--step: changes a recipe; name it with --preprocess');
}

async function run(args: TrainArgs): Promise<void> {
  if (args.synthCount !== undefined && args.data !== 'synth') {
    throw new UsageError('--synth-count: belongs to --data synth');
  }
  const wanted = {
    recipe: recipeOf(args),
    augment: options.augmentationOf(args.augment),
    model: findModel(args.model),
    reading: { ...readingOf(args), testShare: args.testShare },
  };
  if (args.plan) return trainInto(null, args, wanted);
  const folder = takeFolder(args, wanted.model.name, wanted.reading.columns);
  await withFolder(folder, () => trainInto(folder, args, wanted));
}

interface Wanted {
  readonly recipe: Recipe | undefined;
  readonly augment: Augmentation;
  readonly model: ModelSpec;
  readonly reading: Reading;
}

/** @param folder null where only the plan is wanted */
async function trainInto(
  folder: RunFolder | null,
  args: TrainArgs,
  { recipe, augment, model, reading }: Wanted,
): Promise<void> {
  const asked = {
    device: args.device,
    deviceProfile: args.deviceProfile,
    limit: args.limit ?? null,
    preprocess: args.preprocess ?? null,
    step: args.step ?? null,
    augment: args.augment,
  };
  const data = await loadWithProgress(args.data, {
    seed: args.seed,
    limit: args.limit,
    reading,
    ...(recipe !== undefined && { recipe }),
    maxPixels: args.maxPixels,
    ...(args.synthCount !== undefined && { synthCount: args.synthCount }),
    threads: args.threads,
    cache: args.cache,
  });
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
  const settings = resolveSettings({ ...args, augment, drawn: args.drawn ?? usualDrawn(args.data) });
  if (settings.drawn > 0)
    note(
      `        and ${grouped(100 * settings.drawn)} % more, drawn in other hands (--drawn 0 leaves them out)`,
    );
  const synthetic = syntheticNote(data);
  if (synthetic !== undefined) note(`        ${synthetic}`);
  for (const remark of data.remarks ?? []) note(`        ${withFlags(remark)}`);
  note(`device  ${device.kind} (${device.adapter})`);

  if (folder === null) {
    try {
      const plan = await planTraining(device, model, data, settings);
      if (args.json) printJson(plan);
      else print(planTable(plan));
    } finally {
      device.close();
    }
    return;
  }

  const out = folder.path;
  const { signal, exitCode } = interruptible('stopping after this step; once more to stop at once');
  const display = new TrainingDisplay(args.epochs, args.profile, args.json);
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
        out: folder,
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
  const faults = result.faults.map(faultLine);
  const { kind, adapter } = device;
  const report = { run: out, device: kind, adapter, epochs: args.epochs, steps, samplesPerSecond };
  if (test === null) {
    const unsaved = result.faults.find(({ path, isMended }) => !isMended && path.endsWith('.safetensors'));
    if (unsaved) throw new InkgradError(faultLine(unsaved));
    if (args.json) printJson({ ...report, test: null });
    note(`stopped at step ${steps}; the weights are in ${join(out, 'checkpoints/last.safetensors')}`);
    process.exitCode = exitCode();
    return;
  }
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
  // The result is told before anything else can fail.
  try {
    const examples = writeExamples(out, data.test, args.seed);
    note(`\nnext: npx inkgrad predict ${quoted(out)} ${quoted(examples)}`);
  } catch (error) {
    if (!(error instanceof UnwritableError)) throw error;
    faults.push(error.message);
  }
  if (faults.length > 0) throw new InkgradError(faults.join('; '));
}

/** What a person should know of a file that could not be written. */
const faultLine = ({ path, reason, isMended }: WriteFault): string =>
  isMended
    ? `${path}: could not be written for a while (${reason}), and is whole by now; look after the disk`
    : `${path}: could not be written (${reason}) and lacks the latest; make room, and train again if you need it`;

/** Shell quotes around what needs them. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

export const train = (parser: Argv): Argv =>
  parser.command('train', 'Train a model and evaluate it', trainFlags, run);
