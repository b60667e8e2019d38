import { type Dataset, subset } from '../../data/dataset.ts';
import type { Parts } from '../../data/parts.ts';
import { keepsWhole } from '../../preprocess/recipe.ts';
import { caseFold } from '../../text/caseFold.ts';
import { visible } from '../../text/visible.ts';
import { remarksOnBlank } from './blankImages.ts';
import { type OnFault, refuse } from './fault.ts';
import { type LabelledFile, type LoadImagesOptions, loadImageFiles } from './imageFiles.ts';

/** The image files of a data set by part, before any of them is read. */
export interface Listed extends Parts<readonly LabelledFile[]> {
  /** what a person should know of how they were found, a sentence each */
  readonly remarks: readonly string[];
  /** the same of what is not read at all */
  readonly passedOver?: readonly string[];
}

/** Parts whose images lie in memory. */
export interface LoadedParts extends Parts<Dataset> {
  readonly remarks: readonly string[];
  /** what is wrong with the images that were left out, a line each */
  readonly broken?: readonly string[];
}

/** Reads and prepares listed files. All parts have the classes of all. */
export async function loadListed(
  name: string,
  { train, validation = [], test = [], remarks: said, passedOver = [] }: Listed,
  options: LoadImagesOptions,
): Promise<LoadedParts> {
  const files = [...train, ...validation, ...test];
  const { dataset: whole, broken } = await loadImageFiles(name, files, options);
  const kept = Int32Array.from(files.keys()).filter((i) => !broken.has(i));
  const sound = broken.size === 0 ? whole : subset(whole, kept);
  // Of whole pictures none is looked through for ink.
  const blank = keepsWhole(options.recipe) ? [] : remarksOnBlank(sound, (i) => files[kept[i]].where);
  const remarks = [...said, ...passedOver, ...blank];
  const part = (from: number, length: number) =>
    subset(
      whole,
      kept.filter((i) => i >= from && i < from + length),
    );
  const told = { remarks, broken: [...broken.values()] };
  if (validation.length + test.length === 0) return { train: sound, ...told };
  return {
    train: part(0, train.length),
    ...(validation.length > 0 && { validation: part(train.length, validation.length) }),
    ...(test.length > 0 && { test: part(train.length + validation.length, test.length) }),
    ...told,
  };
}

/**
 * Checks that what is tested has been trained on.
 *
 * @param fault told of each class of another part which the training part lacks; throws when left out
 */
export function refuseStrangers(
  parts: Parts<readonly LabelledFile[]>,
  where: string,
  fault: OnFault = refuse,
): void {
  const classes = new Set(parts.train.map(({ label }) => label));
  for (const part of ['validation', 'test'] as const) {
    for (const label of new Set(parts[part]?.map((file) => file.label))) {
      if (classes.has(label)) continue;
      const twin = [...classes].find((each) => caseFold(each) === caseFold(label));
      const advice =
        twin === undefined
          ? 'give both parts the same classes'
          : `there it is ${visible(twin)}; name both alike`;
      fault(
        `${visible(where)}: ${part} has class ${visible(label)}, which is not in train; ${advice}`,
        'unknown-class',
      );
    }
  }
}
