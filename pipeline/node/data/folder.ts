import { basename, join, sep } from 'node:path';
import { type Parts, settled } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { listed } from '../../text/listed.ts';
import { visible } from '../../text/visible.ts';
import { adviceOnPictures, remarksOnPictures, type SortedFiles, sortFiles } from '../files/sortFiles.ts';
import { CLASS_NAMES, type ClassNames, noNames, readClassNames, refuseUnused } from './classNames.ts';
import { type OnFault, refuse } from './fault.ts';
import { partFolders, withinItself } from './folderParts.ts';
import { foreignName } from './foreign.ts';
import type { LabelledFile } from './imageFiles.ts';
import { type Listed, refuseStrangers } from './listed.ts';
import { type Listing, listFolder, listTree, refuseDangling } from './listFolder.ts';

/**
 * Lists a folder that has one sub-folder of images for each class, or such folders in parts: `train` with `test`,
 * `val` or both, under any of the names that `partFolders` knows. Images in folders within that of a class belong to
 * it. A class is called as its folder, in Unicode's composed form (NFC), so that two folders that read alike are one
 * class, or as `classes.json` beside the folders says. Links are followed, hidden files passed over; classes and
 * files come in order of their code units.
 *
 * @param fault told where a class has no images, another part has a class that the train part lacks, or a link
 *   leads nowhere or round; throws when left out
 * @returns all as `train` where the folder has no parts
 * @throws InkgradError where the folder has no classes, or its classes look like parts of another name
 */
export function listClassFolders(source: string, fault: OnFault = refuse): Listed {
  const folder = withinItself(source, basename(source));
  const whole = listFolder(folder);
  const names = whole.files.includes(CLASS_NAMES) ? readClassNames(join(folder, CLASS_NAMES)) : noNames;
  const found = partFolders(folder, whole.folders);
  const [kept, unlabelled] = found ? labelledParts(folder, found) : [undefined, []];
  const parts = kept && settled(kept);
  const classesOf = (part: string | undefined) =>
    part === undefined ? [] : classFolders(withinItself(join(folder, part), part), names, fault);
  const [train, validation, test] = [parts?.train ?? '', parts?.validation, parts?.test].map(classesOf);
  const all = [...train, ...validation, ...test];
  refuseUnused(names, new Set(all.map(({ name }) => name)), join(folder, CLASS_NAMES));
  const inParts = {
    train: filesOf(train),
    ...(validation.length > 0 && { validation: filesOf(validation) }),
    ...(test.length > 0 && { test: filesOf(test) }),
  };
  refuseStrangers(inParts, folder, fault);
  const remarks = [...unlabelled, ...remarksOn(all)];
  if (kept?.test === undefined && parts?.test !== undefined) {
    remarks.push(`there is no test folder, so ${visible(parts.test)} is tested on`);
  }
  return { ...inParts, remarks, passedOver: remarksOnRest(folder, whole, found, all) };
}

/** Parts without those whose pictures lie in no classes, as Kaggle has its test images, and a remark on each. */
function labelledParts(folder: string, parts: Parts<string>): [Parts<string>, string[]] {
  const bare = (['validation', 'test'] as const).filter((part) => {
    const name = parts[part];
    if (name === undefined) return false;
    const path = withinItself(join(folder, name), name);
    const { folders, files } = listFolder(path);
    return folders.length === 0 && sortFiles(path, files).images.length > 0;
  });
  const kept = Object.fromEntries(Object.entries(parts).filter(([part]) => !bare.includes(part as 'test')));
  const remarks = bare.map(
    (part) =>
      `${visible(parts[part]!)} has images but no classes, so it is left aside; evaluate needs labels`,
  );
  return [kept as unknown as Parts<string>, remarks];
}

/** The folder of a class. */
interface ClassFolder {
  readonly path: string;
  /** what it is called, composed */
  readonly name: string;
  readonly label: string;
  /** files as paths in it */
  readonly files: SortedFiles;
}

function classFolders(folder: string, names: ClassNames, fault: OnFault): ClassFolder[] {
  const { folders, files, dangling } = listFolder(folder);
  refuseDangling(folder, dangling, fault);
  if (folders.length === 0)
    throw new PipelineError(`${visible(folder)}: ${whyNoClasses(folder, files)}`, 'not-a-dataset');
  const classes = folders.map((entry) => {
    const path = join(folder, entry);
    const name = entry.normalize('NFC');
    return { path, name, label: names.get(name) ?? name, files: sortFiles(path, listTree(path, fault)) };
  });
  refuseGroups(folder, classes);
  for (const { path, label, files } of classes) {
    if (files.images.length > 0) continue;
    const [other] = [...files.pictures, ...files.others];
    const others = other === undefined ? '' : ` (but others, like ${visible(other)})`;
    fault(
      `${visible(folder)}: class ${visible(label)} has no PNG or JPEG files${others}; ` +
        (adviceOnPictures(files.pictures) ?? `add some or remove the sub-folder ${visible(basename(path))}`),
      'too-few-images',
    );
  }
  return classes;
}

/**
 * Folders that hold no image themselves, but the same folders each, are parts or groups of a data set whose classes lie
 * within them: taken for classes they would make a model that tells training images from test images.
 */
function refuseGroups(folder: string, classes: readonly ClassFolder[]): void {
  const within = classes.map(({ files }) => new Set(files.images.map((file) => file.split(sep, 1)[0])));
  const nested = classes.every(({ files }) => files.images.every((file) => file.includes(sep)));
  const largest = within.reduce((most, each) => (each.size > most.size ? each : most), new Set<string>());
  if (!nested || classes.length < 2 || largest.size < 2) return;
  if (!within.every((each) => each.size > 0 && [...each].every((name) => largest.has(name)))) return;
  throw new PipelineError(
    `${visible(folder)}: its sub-folders ${listed(classes.map(({ path }) => basename(path)))} hold no images but the ` +
      `same sub-folders each, ${listed([...largest])}; call parts train, val and test, or give one of them`,
    'not-a-dataset',
  );
}

function whyNoClasses(folder: string, files: readonly string[]): string {
  if (sortFiles(folder, files).images.length > 0) {
    return 'has images but no sub-folders; make one for each class, or a CSV of image and label';
  }
  const foreign = files.find((name) => foreignName(name) !== undefined);
  if (foreign !== undefined) return `${visible(foreign)} in it is ${foreignName(foreign)}`;
  return 'has no sub-folders; make one for each class, with its PNG or JPEG files';
}

const filesOf = (classes: readonly ClassFolder[]): LabelledFile[] =>
  classes.flatMap(({ path, label, files }) =>
    files.images.map((image) => ({ path: join(path, image), label, where: visible(join(path, image)) })),
  );

/** Files of one kind in all classes, as they are shown. */
const shown = (classes: readonly ClassFolder[], kind: keyof SortedFiles): string[] =>
  classes.flatMap(({ path, files }) => files[kind].map((file) => visible(join(path, file))));

function remarksOn(classes: readonly ClassFolder[]): string[] {
  const nested = classes.flatMap(({ path, files }) =>
    files.images.filter((file) => file.includes(sep)).map((file) => visible(join(path, file))),
  );
  return [
    ...remarksOnPictures(shown(classes, 'pictures')),
    ...(nested.length > 0
      ? [`images in folders within those of classes are taken too, like ${nested[0]}`]
      : []),
  ];
}

/** What else lies there and is not read, for those who do not look at each file. */
function remarksOnRest(
  folder: string,
  whole: Listing,
  parts: Parts<string> | undefined,
  classes: readonly ClassFolder[],
): string[] {
  const partNames: readonly unknown[] = Object.values(parts ?? {});
  const folders = parts === undefined ? [] : whole.folders.filter((name) => !partNames.includes(name));
  const files = [
    ...whole.files.filter((name) => name !== CLASS_NAMES).map((name) => visible(join(folder, name))),
    ...shown(classes, 'others'),
  ];
  return [
    ...(folders.length > 0 ? [`folders beside the parts are passed over: ${listed(folders)}`] : []),
    ...(files.length > 0 ? [`files passed over: ${files.length}, like ${files[0]}`] : []),
  ];
}
