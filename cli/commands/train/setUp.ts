import { InkgradError } from '../../../engine/errors.ts';
import type { CheckpointFile } from '../../../pipeline/checkpoint/checkpoint.ts';
import type { Augmentation } from '../../../pipeline/data/augment.ts';
import { count } from '../../../pipeline/data/dataset.ts';
import { usualDrawn } from '../../../pipeline/data/drawn/withDrawn.ts';
import { type ModelSpec, place } from '../../../pipeline/model/model.ts';
import type { LoadedData } from '../../../pipeline/node/data/load.ts';
import type { Reading } from '../../../pipeline/node/data/reading.ts';
import { identifySource } from '../../../pipeline/node/data/source.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { readCheckpoint } from '../../../pipeline/node/runs/checkpointFile.ts';
import type { Amount } from '../../../pipeline/node/runs/runConfig.ts';
import type { RunInput } from '../../../pipeline/node/runs/runTraining.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { beginFrom } from '../../../pipeline/train/beginFrom.ts';
import type { ClassWeights } from '../../../pipeline/train/classWeights.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import { readingOf } from '../../dataOptions.ts';
import { loadWithProgress } from '../../loadData.ts';
import { augmentationOf, classWeightsOf, modelOf, recipeOf } from '../../optionValues.ts';
import { note } from '../../output.ts';
import { syntheticNote } from '../../synthetic.ts';
import { UsageError } from '../../usage.ts';
import type { SubjectArgs } from './flagTables.ts';

/** What a training is asked for, found and checked before its data is loaded. */
export interface Wish {
  readonly from: CheckpointFile | undefined;
  readonly model: ModelSpec;
  /** undefined leaves it to the data */
  readonly recipe: Recipe | undefined;
  readonly augment: Augmentation;
  readonly classWeights: ClassWeights;
  readonly reading: Reading;
}

/** @throws UsageError and PipelineError for what cannot be, or is not there */
export function wishOf(args: SubjectArgs): Wish {
  if (args.synthCount !== undefined && args.data !== 'synth')
    throw new UsageError('--synth-count: belongs to --data synth');
  const from = args.from === undefined ? undefined : readCheckpoint(args.from);
  return {
    from,
    model: args.model === undefined && from ? from.model : modelOf(args.model ?? 'lenet'),
    recipe: recipeAsked(args, from),
    augment: augmentationOf(args.augment),
    classWeights: classWeightsOf(args.classWeights),
    reading: { ...readingOf(args), testShare: args.testShare },
  };
}

/** The recipe that is asked for, or the one that the weights at the beginning know. */
function recipeAsked(
  { preprocess, step, data, imageColumn }: SubjectArgs,
  from: CheckpointFile | undefined,
): Recipe | undefined {
  if (preprocess !== undefined) return recipeOf('--preprocess', preprocess, step);
  if (step !== undefined) throw new UsageError('--step: changes a recipe; name it with --preprocess');
  if (from === undefined || from.recipe.steps.length === 0) return undefined;
  const { kind } = identifySource(data, imageColumn === undefined ? undefined : { image: imageColumn });
  // What is prepared already needs no steps, whatever the model saw before.
  return kind === 'folder' || kind === 'csv' || kind === 'synth' ? from.recipe : undefined;
}

/** What a training takes, but for the folder that it goes into. */
export type SetUp = Omit<RunInput, 'out' | 'signal'>;

/** Loads the images to train and to test on. */
export function loadFor(args: SubjectArgs, { recipe, reading, model }: Wish): Promise<LoadedData> {
  const { seed, threads, cache } = args;
  const given = recipe === undefined ? { input: model.input } : { recipe };
  return loadWithProgress(args.data, { ...amountOf(args), seed, reading, ...given, threads, cache });
}

const amountOf = ({ limit, synthCount, maxPixels, skipBroken }: SubjectArgs): Amount => ({
  ...{ limit, maxPixels },
  ...(synthCount !== undefined && { synthCount }),
  ...(skipBroken && { skipBroken }),
});

/**
 * Loads the data, opens the device, and tells of both; the device is the caller's to close.
 *
 * @param load gives the data; for one that has it already
 */
export async function setUp(args: SubjectArgs, wish: Wish, load = loadFor): Promise<SetUp> {
  const { from, model, augment, classWeights, reading } = wish;
  const data = await load(args, wish);
  const { classes } = data.train;
  const parameters = place(model, classes.length).reduce((sum, layer) => sum + layer.parameters, 0);
  const begin = from && beginFrom(from, model, classes);
  const { deviceProfile: profile, threads, revectorize } = args;
  const reopen = () => openDevice(args.device, { profile, threads, revectorize });
  const device = await reopen();
  if ((args.plan || args.profile) && device.kind === 'cpu') {
    throw new InkgradError(
      `${args.plan ? '--plan' : '--profile'}: the device cpu runs without launches; use --device wasm or webgpu`,
    );
  }
  const given = { ...args, augment, classWeights, drawn: args.drawn ?? usualDrawn(args.data) };
  const settings = resolveSettings(given);
  note(`model   ${visible(model.name)}, ${grouped(parameters)} parameters`);
  note(
    `data    ${visible(args.data)}, ${grouped(count(data.train))} training and ${grouped(count(data.test))} test images, ${classes.length} classes`,
  );
  if (settings.drawn > 0)
    note(
      `        and ${grouped(100 * settings.drawn)} % more, drawn in other hands (--drawn 0 leaves them out)`,
    );
  const synthetic = syntheticNote(data);
  if (synthetic !== undefined) note(`        ${synthetic}`);
  for (const remark of data.remarks ?? []) note(`        ${withFlags(remark)}`);
  if (begin)
    note(
      `from    ${visible(from.path)}${begin.isLastFresh ? '; other classes: its last layer is made anew' : ''}`,
    );
  note(`device  ${device.kind} (${device.adapter})`);
  const { preprocess = null, step = null, from: fromPath = null } = args;
  const asked = {
    ...{ device: args.device, deviceProfile: args.deviceProfile },
    ...{ preprocess, step, from: fromPath, augment: args.augment },
  };
  const started = new Date().toISOString();
  return {
    ...{ device, reopen, model, data, settings },
    about: { inkgrad: version, node: process.version, started, reading, amount: amountOf(args), asked },
    ...(begin && { weights: begin.weights }),
  };
}
