import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { type CsvColumns, listCsvRows } from '../data/csv.ts';
import { count, type Dataset, sortedClasses } from '../data/dataset.ts';
import { isParted, listClasses } from '../data/folder.ts';
import { listFolder } from '../data/listFolder.ts';
import { loadIdx } from '../data/load.ts';
import { loadMnist } from '../data/mnist.ts';
import { rgbaFromGray } from '../data/prepareDataset.ts';
import { identifySource, type Source } from '../data/source.ts';
import type { RgbaImage } from '../image.ts';
import { isImageName } from '../imagePaths.ts';
import { readImageFile } from '../readImageFile.ts';

/** Where an image lies in its data set; `all` in one that is not parted yet. */
export type Part = 'train' | 'test' | 'all';

/** An image as a data set lists it, before anything of it is read. */
export interface ListedImage {
  /** what a person finds it by: its path from the source on, its row, or its place among the images */
  readonly name: string;
  readonly label: string;
  readonly part: Part;
  /** its file, if it has one of its own */
  readonly path?: string;
}

/** Files of one kind that lie among the images and are no part of the data set. */
export interface PassedOver {
  readonly what: string;
  readonly files: number;
  /** one of them */
  readonly example: string;
}

/** A data set as a list of its images. */
export interface ImageList {
  readonly kind: Source['kind'];
  readonly images: readonly ListedImage[];
  /** every label, those without images too, in order */
  readonly classes: readonly string[];
  /** what is wrong with the list itself, in one line each */
  readonly faults: readonly string[];
  readonly passedOver: readonly PassedOver[];
  /**
   * The file of an image, or its pixels where it has no file of its own.
   *
   * @param maxPixels the largest picture that is read
   * @throws InkgradError where there is no file that can hold an image
   */
  read(i: number, maxPixels: number): Uint8Array | RgbaImage;
}

/**
 * Lists the images of a data set of any kind that can be trained on.
 *
 * @param source what `loadData` takes
 * @throws InkgradError where it is no data set, or holds no images
 */
export function listImages(source: string, columns: CsvColumns = {}): ImageList {
  const found = identifySource(source);
  const list = lists[found.kind](found as never, columns);
  if (list.images.length === 0) {
    const fault = list.faults.length > 0 ? ` (${list.faults[0].replace(/;.*/, '')})` : '';
    throw new InkgradError(`${source}: holds no images to inspect${fault}; add some`);
  }
  return list;
}

type Kind = Source['kind'];
type SourceOf<K extends Kind> = Extract<Source, { kind: K }>;

const lists: { [K in Kind]: (source: SourceOf<K>, columns: CsvColumns) => ImageList } = {
  mnist: () => listDatasets('mnist', loadMnist()),
  idx: ({ files }) => listDatasets('idx', loadIdx(files)),
  csv: ({ path }, columns) => listCsv(path, columns),
  folder: ({ path }) => listFolders(path),
};

function listDatasets(kind: 'mnist' | 'idx', parts: { train: Dataset; test?: Dataset }): ImageList {
  const datasets = [parts.train, ...(parts.test ? [parts.test] : [])];
  const named: Part[] = parts.test ? ['train', 'test'] : ['all'];
  const images = datasets.flatMap(({ classes, labels }, p) =>
    Array.from(labels, (label, i) => ({
      name: `${named[p] === 'all' ? '' : `${named[p]} `}image ${i + 1}`,
      label: classes[label],
      part: named[p],
    })),
  );
  return {
    kind,
    images,
    classes: parts.train.classes,
    faults: [],
    passedOver: [],
    read: (i) => {
      const first = count(parts.train);
      const [dataset, at] = i < first ? [parts.train, i] : [parts.test!, i - first];
      const pixels = dataset.size ** 2;
      return rgbaFromGray(dataset.images.subarray(at * pixels, (at + 1) * pixels), dataset.size);
    },
  };
}

/** Reads images that have files of their own. */
const fromFiles =
  (images: readonly ListedImage[]) =>
  (i: number, maxPixels: number): Uint8Array =>
    readImageFile(images[i].path!, images[i].name, maxPixels);

function listCsv(path: string, columns: CsvColumns): ImageList {
  const { files, faults } = listCsvRows(path, columns);
  const images: ListedImage[] = files.map(({ path: file, label, row, image }) => ({
    name: `row ${row}, ${image}`,
    label,
    part: 'all',
    path: file,
  }));
  // Only folders that hold images of the list are looked into: the file may lie in somebody's home.
  const listed = new Set(files.map((file) => file.path));
  const folders = new Set(files.map((file) => dirname(file.path)));
  const beside = [...folders].flatMap((folder) => filesOf(folder).map((name) => join(folder, name)));
  const others = beside.filter((file) => !listed.has(file) && file !== resolve(path));
  return {
    kind: 'csv',
    images,
    classes: sortedClasses(files.map(({ label }) => label)),
    faults,
    passedOver: passedOver(
      others.map((file) => relative(dirname(path), file)),
      'images in no row',
    ),
    read: fromFiles(images),
  };
}

/** The names of the files in a folder; none where it is not there. */
function filesOf(folder: string): string[] {
  try {
    return listFolder(folder).files;
  } catch {
    return [];
  }
}

function listFolders(folder: string): ImageList {
  const top = listFolder(folder);
  const parted = isParted(top.folders);
  const parts: Part[] = parted ? ['train', 'test'] : ['all'];
  const placed = parts.map((part) => {
    const root = part === 'all' ? folder : join(folder, part);
    return { part, root, classes: listClasses(root) };
  });
  const within = (path: string) => relative(folder, path).replaceAll('\\', '/');
  const images = placed.flatMap(({ part, classes }) =>
    classes.flatMap((each) =>
      each.images.map(({ path, label }) => ({ name: within(path), label, part, path })),
    ),
  );
  const empty = placed.flatMap(({ root, classes }) =>
    classes
      .filter((each) => each.images.length === 0)
      .map(
        ({ label }) =>
          `${within(join(root, label))}: has no PNG or JPEG files; add some or remove the folder`,
      ),
  );
  const [train, test] = placed.map(({ classes }) => classes.map(({ label }) => label));
  const strangers = (test ?? [])
    .filter((label) => !train.includes(label))
    .map((label) => `test/${label}: the class is not in train; give both parts the same classes`);
  const passed = [
    ...top.files,
    ...(parted ? top.folders.filter((name) => name !== 'train' && name !== 'test').map(asFolder) : []),
    ...placed.flatMap(({ root, classes }) => [
      ...(parted ? listFolder(root).files.map((name) => within(join(root, name))) : []),
      ...classes.flatMap(({ label, others }) => [
        ...others.map((name) => within(join(root, label, name))),
        ...listFolder(join(root, label)).folders.map((name) => asFolder(within(join(root, label, name)))),
      ]),
    ]),
  ];
  return {
    kind: 'folder',
    images,
    classes: sortedClasses(placed.flatMap(({ classes }) => classes.map(({ label }) => label))),
    faults: [...empty, ...strangers],
    passedOver: passedOver(passed, 'images in no class'),
    read: fromFiles(images),
  };
}

const asFolder = (path: string): string => `${path}/`;

/** Counts paths by what they are: folders (they end in a slash), images, and other files by their ending. */
function passedOver(paths: readonly string[], images: string): PassedOver[] {
  const kinds = new Map<string, { files: number; example: string }>();
  for (const path of paths) {
    const kind = path.endsWith('/')
      ? 'folders'
      : isImageName(path)
        ? images
        : extname(basename(path)).toLowerCase() || 'files without an ending';
    const found = kinds.get(kind) ?? { files: 0, example: path };
    kinds.set(kind, { ...found, files: found.files + 1 });
  }
  return [...kinds]
    .map(([what, found]) => ({ what, ...found }))
    .sort((a, b) => b.files - a.files || (a.what < b.what ? -1 : 1));
}
