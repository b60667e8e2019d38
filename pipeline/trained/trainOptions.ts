import type { Device } from '../../engine/device.ts';
import { whatIs } from '../../engine/errors.ts';
import { weightsOf } from '../checkpoint/weights.ts';
import { parseAugmentation } from '../data/augment.ts';
import { relabel } from '../data/dataset.ts';
import {
  datasetOf,
  isPrepared,
  type LabelledImages,
  labelledImagesNames,
  type PreparedDataset,
} from '../data/datasetOf.ts';
import { PipelineError } from '../faults.ts';
import type { ModelSpec } from '../model/model.ts';
import { specOf } from '../model/specOf.ts';
import { checkOptions } from '../options.ts';
import { visible } from '../text/visible.ts';
import { beginFrom } from '../train/beginFrom.ts';
import type { RunState } from '../train/fit.ts';
import { checkImages } from '../train/images.ts';
import type { StepRecord } from '../train/records.ts';
import {
  checkSetting,
  resolveSettings,
  type SettingName,
  type Settings,
  settingNames,
} from '../train/settings.ts';
import type { Epoch } from './epochs.ts';
import { TrainedModel } from './trainedModel.ts';

/** Settings of a run, those that were not given as they are where nobody says. */
type Given = Partial<Omit<Settings, 'augment' | 'validation' | NotTaken>>;

/** What is told here in another way, or belongs to the files of a run. */
type NotTaken = 'keepEvery' | 'certainty';

/** What is trained, on what, and how. */
export interface TrainOptions extends Given, Partial<Omit<LabelledImages, 'name'>> {
  /**
   * the layers, as data or by the name of a model that comes along; `lenet` when left out. Of a trained model the training goes
   * on from its weights, but for those of its last layer where the classes are others
   */
  readonly model?: ModelSpec | string | TrainedModel | undefined;
  /** in the place of `images`, `labels` and the like: what `dataset` made, or takes */
  readonly data?: PreparedDataset | LabelledImages | undefined;
  /**
   * images to choose the best epoch by, as `dataset` made or takes them, with classes, recipe, channels and ink of the training
   * images where they have none of their own; or the share of these that is kept aside for that, 0.05 when left out
   */
  readonly validation?: number | PreparedDataset | LabelledImages | undefined;
  /** how images are changed at random: `none`, when left out, `light`, `strong`, `strong:rotation=10,erase=0`, or as data */
  readonly augment?: Settings['augment'] | string | undefined;
  /** where it is trained, and where the trained model is; the default device when left out */
  readonly device?: Device | undefined;
  /** ends it after the step at hand, with what was learned by then */
  readonly signal?: AbortSignal | undefined;
  /** where an earlier training with these images and settings was, to go on to the same bits */
  readonly from?: RunState | undefined;
  /**
   * whether the model learns to tell its characters from everything else too, with 100 validation images or more: its last
   * layers see 24,000 images for that at the least; false when left out
   */
  readonly gate?: boolean | undefined;
  /** told after some steps, each once */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** told after each epoch; the state is where `from` can go on */
  readonly onEpoch?: ((epoch: Epoch, state: RunState) => void) | undefined;
  /** told in words when something goes wrong, or should be known of the images, each thing once */
  readonly onWarning?: ((words: string) => void) | undefined;
}

const ownNames = [
  'model',
  'data',
  'device',
  'signal',
  'from',
  'gate',
  'onStep',
  'onEpoch',
  'onWarning',
] as const;
const settingsTaken = settingNames.filter((name) => name !== 'keepEvery' && name !== 'certainty');
const imageNames = labelledImagesNames.filter((name) => name !== 'name');

/** @throws PipelineError for an option that is none, and for a callback that cannot be called */
export function checkTrainOptions(options: TrainOptions): void {
  checkOptions('train', options, [...imageNames, ...settingsTaken, ...ownNames]);
  for (const name of ['onStep', 'onEpoch', 'onWarning'] as const) {
    const given: unknown = options[name];
    if (given === undefined || typeof given === 'function') continue;
    throw new PipelineError(`train: ${name} is ${whatIs(given)}; expected a function`, 'invalid-setting');
  }
}

/** The settings of a run as they are given, each checked. */
export function settingsOf(given: Pick<TrainOptions, Exclude<SettingName, NotTaken>>): Settings {
  const { augment, validation, ...rest } = given;
  const wanted = {
    ...Object.fromEntries(settingNames.map((name) => [name, (rest as Partial<Settings>)[name]])),
    validation: typeof validation === 'object' ? undefined : validation,
    augment: typeof augment === 'string' ? parseAugmentation(augment) : augment,
  };
  for (const [name, value] of Object.entries(wanted))
    if (value !== undefined) checkSetting(name as SettingName, value);
  return resolveSettings(wanted);
}

/**
 * What is trained, what it begins with, and the images.
 *
 * @throws PipelineError where it cannot be
 */
export async function subjectOf(options: TrainOptions) {
  const { model: given = 'lenet', signal } = options;
  const model = modelOf(given);
  const data = await dataOf(options, model, signal);
  const { classes } = data;
  if (classes.length < 2) {
    throw new PipelineError(
      `train: the images have the one class ${visible(classes[0])}; at least two are needed`,
      'too-few-images',
    );
  }
  const weights = given instanceof TrainedModel ? await beginning(given, classes) : undefined;
  const aside = await asideOf(options, data, signal);
  if (aside !== undefined) checkImages(model, aside);
  return { model, weights, data, validation: aside };
}

/** The images that are given to choose the best epoch by, with the labels of the training's classes. */
async function asideOf(
  { validation, classes, ink }: TrainOptions,
  { recipe, channels, ...data }: PreparedDataset,
  signal: AbortSignal | undefined,
): Promise<PreparedDataset | undefined> {
  if (typeof validation !== 'object') return undefined;
  const alike = { classes, recipe, channels, ink, name: 'validation' };
  const aside = isPrepared(validation)
    ? validation
    : await datasetOf({ ...alike, ...validation }, { signal });
  return { ...aside, ...relabel(aside, data.classes, aside.name) };
}

/** The weights of a trained model as they are now, as far as they fit other classes. */
async function beginning({ checkpoint, spec, model }: TrainedModel, classes: readonly string[]) {
  return beginFrom({ ...checkpoint, weights: await weightsOf(model) }, spec, classes).weights;
}

function modelOf(given: ModelSpec | string | TrainedModel): ModelSpec {
  return given instanceof TrainedModel ? given.spec : specOf(given);
}

async function dataOf(
  { data, images, labels, ...rest }: TrainOptions,
  { input }: ModelSpec,
  signal: AbortSignal | undefined,
): Promise<PreparedDataset> {
  if (data !== undefined) {
    const both = images !== undefined || labels !== undefined;
    if (!both) return isPrepared(data) ? data : datasetOf(data, { signal });
    throw new PipelineError('train: got data and images; give one of them', 'invalid-setting');
  }
  if (images === undefined || labels === undefined) {
    throw new PipelineError('train: no images and labels; give both, or data', 'invalid-setting');
  }
  const { classes, recipe, ink, channels = input[0] === 3 ? 3 : undefined } = rest;
  return datasetOf({ images, labels, classes, recipe, ink, channels, name: 'data' }, { signal });
}
