import { basename, join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { isImageName } from '../imagePaths.ts';
import { count, type Dataset, subset } from './dataset.ts';
import { type LabelledFile, type LoadImagesOptions, loadImageFiles } from './imageFiles.ts';
import { listFolder } from './listFolder.ts';

/**
 * Loads a folder that has one sub-folder of images for each class, or such folders named `train` and
 * `test`. Hidden files and folders are passed over; classes and files come in order of their code units.
 *
 * @returns the whole as `train` where the folder has no test part
 * @throws InkgradError where the folder has no classes, a class has no images, the test part has a class that
 *   the train part lacks, or images cannot be read
 */
export async function loadFolder(
  folder: string,
  options: LoadImagesOptions,
): Promise<{ train: Dataset; test?: Dataset }> {
  const subfolders = listFolder(folder).folders;
  const parted = isParted(subfolders);
  const train = classFiles(parted ? join(folder, 'train') : folder);
  const test = parted ? classFiles(join(folder, 'test')) : [];
  const classes = new Set(train.map((file) => file.label));
  const stranger = test.find((file) => !classes.has(file.label));
  if (stranger) {
    throw new InkgradError(
      `${join(folder, 'test')}: class ${stranger.label} is not in train; give both parts the same classes`,
    );
  }
  const whole = await loadImageFiles(basename(folder), [...train, ...test], options);
  if (!parted) return { train: whole };
  const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    train: subset(whole, range(0, train.length)),
    test: subset(whole, range(train.length, count(whole))),
  };
}

/** Whether a folder's sub-folders are the parts of a data set; what else is beside them is passed over. */
export const isParted = (subfolders: readonly string[]): boolean =>
  subfolders.includes('train') && subfolders.includes('test');

/** A class of a folder: its images, and the names of other files in its sub-folder, which are passed over. */
export interface ClassFolder {
  readonly label: string;
  readonly images: readonly LabelledFile[];
  readonly others: readonly string[];
}

/**
 * Lists the classes of a folder, those without images too.
 *
 * @throws InkgradError where it has no sub-folders
 */
export function listClasses(folder: string): ClassFolder[] {
  const { folders, files } = listFolder(folder);
  if (folders.length === 0) {
    throw new InkgradError(
      files.some(isImageName)
        ? `${folder}: has images but no sub-folders; make one for each class, or a CSV of image and label`
        : `${folder}: has no sub-folders; make one for each class, with its PNG or JPEG files`,
    );
  }
  return folders.map((label) => {
    const inside = listFolder(join(folder, label)).files;
    const images = inside.filter(isImageName).map((name) => {
      const path = join(folder, label, name);
      return { path, label, where: path };
    });
    return { label, images, others: inside.filter((name) => !isImageName(name)) };
  });
}

/** The images of all classes, class by class. */
function classFiles(folder: string): LabelledFile[] {
  return listClasses(folder).flatMap(({ label, images, others }) => {
    if (images.length > 0) return images;
    const other = others.length > 0 ? ` (but others, like ${others[0]})` : '';
    throw new InkgradError(
      `${folder}: class ${label} has no PNG or JPEG files${other}; add some or remove the sub-folder ${label}`,
    );
  });
}
