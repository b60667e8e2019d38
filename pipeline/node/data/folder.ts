import { join, sep } from 'node:path';
import { type Parts, partOf, settled } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { isImageName } from '../files/imagePaths.ts';
import { CLASS_NAMES, type ClassNames, noNames, readClassNames, refuseUnused } from './classNames.ts';
import { type OnFault, refuse } from './fault.ts';
import { foreignName } from './foreign.ts';
import type { LabelledFile } from './imageFiles.ts';
import { type Listed, refuseStrangers } from './listed.ts';
import { listFolder, listTree, refuseDangling } from './listFolder.ts';

/**
 * Lists a folder that has one sub-folder of images for each class, or such folders in parts: `train` with `test`,
 * `val` or both, in any case. Images in folders within that of a class belong to it. A class is called as its
 * folder, in Unicode's composed form (NFC), so that two folders that read alike are one class, or as
 * `classes.json` beside the folders says. Links are followed, hidden files passed over; classes and files come in
 * order of their code units.
 *
 * @param fault told where a class has no images, another part has a class that the train part lacks, or a link
 *   leads nowhere or round; throws when left out
 * @returns all as `train` where the folder has no parts
 * @throws InkgradError where the folder has no classes
 */
export function listClassFolders(folder: string, fault: OnFault = refuse): Listed {
  const { folders, files } = listFolder(folder);
  const names = files.includes(CLASS_NAMES) ? readClassNames(join(folder, CLASS_NAMES)) : noNames;
  const found = partFolders(folder, folders);
  const parts = found && settled(found);
  const classesOf = (part: string | undefined) =>
    part === undefined ? [] : classFolders(join(folder, part), names, fault);
  const [train, validation, test] = [parts?.train ?? '', parts?.validation, parts?.test].map(classesOf);
  const all = [...train, ...validation, ...test];
  refuseUnused(names, new Set(all.map(({ name }) => name)), join(folder, CLASS_NAMES));
  const listed = {
    train: filesOf(train),
    ...(validation.length > 0 && { validation: filesOf(validation) }),
    ...(test.length > 0 && { test: filesOf(test) }),
  };
  refuseStrangers(listed, folder, fault);
  const remarks = remarksOn(all);
  if (found?.test === undefined && parts?.test !== undefined) {
    remarks.push(`there is no test folder, so ${parts.test} is tested on`);
  }
  return { ...listed, remarks };
}

/** The folders of the parts; undefined where there are no two that belong together. */
function partFolders(folder: string, folders: readonly string[]): Parts<string> | undefined {
  const parts: Partial<Record<keyof Parts<string>, string>> = {};
  for (const name of folders) {
    const part = partOf(name);
    if (part === undefined) continue;
    if (parts[part] !== undefined) {
      throw new PipelineError(
        `${visible(folder)}: ${parts[part]} and ${name} both mean the ${part} part; keep one of them`,
        'not-a-dataset',
      );
    }
    parts[part] = name;
  }
  const { train, validation, test } = parts;
  return train !== undefined && (validation ?? test) !== undefined ? { ...parts, train } : undefined;
}

/** The folder of a class. */
interface ClassFolder {
  readonly path: string;
  /** what it is called, composed */
  readonly name: string;
  readonly label: string;
  /** image files as paths in it */
  readonly images: readonly string[];
  /** all other files */
  readonly others: readonly string[];
}

function classFolders(folder: string, names: ClassNames, fault: OnFault): ClassFolder[] {
  const { folders, files, dangling } = listFolder(folder);
  refuseDangling(folder, dangling, fault);
  if (folders.length === 0)
    throw new PipelineError(`${visible(folder)}: ${whyNoClasses(files)}`, 'not-a-dataset');
  return folders.map((entry) => {
    const path = join(folder, entry);
    const name = entry.normalize('NFC');
    const label = names.get(name) ?? name;
    const inside = listTree(path, fault);
    const images = inside.filter(isImageName);
    const others = inside.filter((file) => !isImageName(file));
    if (images.length === 0) {
      const other = others.length > 0 ? ` (but others, like ${visible(others[0])})` : '';
      fault(
        `${visible(folder)}: class ${visible(label)} has no PNG or JPEG files${other}; ` +
          `add some or remove the sub-folder ${visible(entry)}`,
        'too-few-images',
      );
    }
    return { path, name, label, images, others };
  });
}

function whyNoClasses(files: readonly string[]): string {
  if (files.some(isImageName)) {
    return 'has images but no sub-folders; make one for each class, or a CSV of image and label';
  }
  const foreign = files.find((name) => foreignName(name) !== undefined);
  if (foreign !== undefined) return `${visible(foreign)} in it is ${foreignName(foreign)}`;
  return 'has no sub-folders; make one for each class, with its PNG or JPEG files';
}

const filesOf = (classes: readonly ClassFolder[]): LabelledFile[] =>
  classes.flatMap(({ path, label, images }) =>
    images.map((image) => ({ path: join(path, image), label, where: visible(join(path, image)) })),
  );

/** Pictures in formats that are not read. */
const OTHER_IMAGE = /\.(gif|bmp|webp|tiff?|heic|avif|p[bgpn]m|svg)$/i;

function remarksOn(classes: readonly ClassFolder[]): string[] {
  const at = (choose: (each: ClassFolder) => readonly string[], wanted: (file: string) => boolean) =>
    classes.flatMap((each) =>
      choose(each)
        .filter(wanted)
        .map((file) => visible(join(each.path, file))),
    );
  const strange = at(
    ({ others }) => others,
    (file) => OTHER_IMAGE.test(file),
  );
  const nested = at(
    ({ images }) => images,
    (file) => file.includes(sep),
  );
  return [
    ...(strange.length > 0
      ? [`pictures passed over, for they are neither PNG nor JPEG: ${strange.length}, like ${strange[0]}`]
      : []),
    ...(nested.length > 0
      ? [`images in folders within those of classes are taken too, like ${nested[0]}`]
      : []),
  ];
}
