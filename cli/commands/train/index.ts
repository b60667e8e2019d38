import type { Argv } from 'yargs';
import { InkgradError } from '../../../engine/errors.ts';
import type { CheckpointFile } from '../../../pipeline/checkpoint/checkpoint.ts';
import { count } from '../../../pipeline/data/dataset.ts';
import { usualDrawn } from '../../../pipeline/data/drawn/withDrawn.ts';
import { place } from '../../../pipeline/model/model.ts';
import { identifySource } from '../../../pipeline/node/data/source.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { findModel } from '../../../pipeline/node/model/findModel.ts';
import { readCheckpoint } from '../../../pipeline/node/runs/checkpointFile.ts';
import { checkRunPath, nextRunPath } from '../../../pipeline/node/runs/runDirectory.ts';
import { planTraining } from '../../../pipeline/node/runs/runTraining.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import { beginFrom } from '../../../pipeline/train/beginFrom.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import { readingOf } from '../../dataOptions.ts';
import { loadWithProgress } from '../../loadData.ts';
import * as options from '../../options.ts';
import { grouped, note, print, printJson } from '../../output.ts';
import { syntheticNote } from '../../synthetic.ts';
import { UsageError } from '../../usage.ts';
import { planTable } from './planTable.ts';
import { trainAndTell } from './trainAndTell.ts';
import { type TrainArgs, trainFlags } from './trainFlags.ts';

/** The recipe that is asked for, or the one that the weights at the beginning know; undefined leaves it to the data. */
function recipeOf(
  { preprocess, step, data, imageColumn }: TrainArgs,
  from?: CheckpointFile,
): Recipe | undefined {
  if (preprocess === undefined && step === undefined && from && from.recipe.steps.length > 0) {
    const { kind } = identifySource(data, imageColumn === undefined ? undefined : { image: imageColumn });
    // What is prepared already needs no steps, whatever the model saw before.
    return kind === 'folder' || kind === 'csv' || kind === 'synth' ? from.recipe : undefined;
  }
  if (preprocess !== undefined) return options.recipeOf('--preprocess', preprocess, step);
  if (step === undefined) return undefined;
  throw new UsageError('--step: changes a recipe; name it with --preprocess');
}

async function run(args: TrainArgs): Promise<void> {
  if (args.synthCount !== undefined && args.data !== 'synth') {
    throw new UsageError('--synth-count: belongs to --data synth');
  }
  const augment = options.augmentationOf(args.augment);
  const classWeights = options.classWeightsOf(args.classWeights);
  const from = args.from === undefined ? undefined : readCheckpoint(args.from);
  const model = args.model === undefined && from ? from.model : findModel(args.model ?? 'lenet');
  const recipe = recipeOf(args, from);
  const out = args.out ?? nextRunPath(model.name);
  if (!args.plan) checkRunPath(out);
  const reading = { ...readingOf(args), testShare: args.testShare };
  const { limit, synthCount, maxPixels } = args;
  const amount = { limit, maxPixels, ...(synthCount !== undefined && { synthCount }) };
  const asked = {
    device: args.device,
    deviceProfile: args.deviceProfile,
    preprocess: args.preprocess ?? null,
    step: args.step ?? null,
    from: args.from ?? null,
    augment: args.augment,
  };
  const data = await loadWithProgress(args.data, {
    ...amount,
    seed: args.seed,
    reading,
    ...(recipe !== undefined && { recipe }),
    threads: args.threads,
    cache: args.cache,
  });
  const { classes } = data.train;
  const parameters = place(model, classes.length).reduce((sum, layer) => sum + layer.parameters, 0);
  const begin = from && beginFrom(from, model, classes);
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
  if (begin)
    note(`from    ${from.path}${begin.isLastFresh ? '; other classes: its last layer is made anew' : ''}`);
  const settings = resolveSettings({
    ...args,
    augment,
    classWeights,
    drawn: args.drawn ?? usualDrawn(args.data),
  });
  if (settings.drawn > 0)
    note(
      `        and ${grouped(100 * settings.drawn)} % more, drawn in other hands (--drawn 0 leaves them out)`,
    );
  const synthetic = syntheticNote(data);
  if (synthetic !== undefined) note(`        ${synthetic}`);
  for (const remark of data.remarks ?? []) note(`        ${withFlags(remark)}`);
  note(`device  ${device.kind} (${device.adapter})`);

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

  const about = { inkgrad: version, node: process.version, started: new Date().toISOString() };
  await trainAndTell(
    {
      ...{ device, reopen: open, tune: args.tune, model, data, settings, out },
      about: { ...about, reading, amount, asked },
      saveEvery: options.saveEveryOf(args),
      ...(begin && { weights: begin.weights }),
    },
    args,
  );
}

export const train = (parser: Argv): Argv =>
  parser.command('train', 'Train a model and evaluate it', trainFlags, run);
