// The real trainer in a page: digits of a file, prepared by a recipe, cut, fitted and judged by the code that the command
// line runs.
import type { Device } from '../../engine/device.ts';
import { validationSplit } from '../../pipeline/data/cuts.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { prepareDataset } from '../../pipeline/data/prepareDataset.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { fit } from '../../pipeline/train/fit.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import type { Settings } from '../../pipeline/train/settings.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';

/** 28×28 images and their labels, as a page gets them: bytes in base64. */
export interface Digits {
  readonly images: string;
  readonly labels: string;
  readonly classes: readonly string[];
  readonly settings: Partial<Settings>;
}

export interface Fitted {
  readonly losses: readonly number[];
  readonly validation: readonly { readonly loss: number; readonly accuracy: number }[];
}

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Trains lenet on digits that go through the recipe for handwriting. */
export async function fitDigits(
  device: Device,
  { images, labels, classes, settings }: Digits,
): Promise<Fitted> {
  const raw: Dataset = {
    name: 'digits',
    classes,
    size: 28,
    images: bytesOf(images),
    labels: Int32Array.from(bytesOf(labels)),
  };
  const recipe = recipes.handwriting;
  const resolved = resolveSettings(settings);
  const [train, validation] = validationSplit(await prepareDataset(raw, { recipe }), resolved);
  const rig = new Rig(device, { model: builtInModels.lenet, classes, recipe, settings: resolved });
  const losses: number[] = [];
  const scores: { loss: number; accuracy: number }[] = [];
  for await (const event of fit(rig, { train, validation }, resolved)) {
    if (event.kind === 'steps') losses.push(...event.records.map(({ loss }) => loss));
    if (event.kind === 'epoch') {
      const { loss, accuracy } = event.validation;
      scores.push({ loss, accuracy });
    }
  }
  rig.dispose();
  return { losses, validation: scores };
}
