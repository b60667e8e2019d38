import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { count, type Dataset, sortedClasses } from '../../data/dataset.ts';
import type { Parts } from '../../data/parts.ts';
import { rgbaFromBytes } from '../../data/prepareDataset.ts';
import { synthClasses, synthLabel, synthPicture } from '../../data/synth/picture.ts';
import { PipelineError } from '../../faults.ts';
import { bytesOf, type RgbaImage } from '../../image/image.ts';
import { visible } from '../../text/visible.ts';
import { CLASS_NAMES } from '../data/classNames.ts';
import { listCsv } from '../data/csv.ts';
import { SYNTH_COUNT } from '../data/defaults.ts';
import { listClassFolders } from '../data/folder.ts';
import type { LabelledFile } from '../data/imageFiles.ts';
import type { Listed, LoadedParts } from '../data/listed.ts';
import { listFolder, listTree } from '../data/listFolder.ts';
import { loadNumbered } from '../data/loadNumbered.ts';
import { loadMnist } from '../data/mnist.ts';
import { type Reading, remarksOnUnused } from '../data/reading.ts';
import { identifySource, type Source } from '../data/source.ts';
import { synthNumbers } from '../data/synth.ts';
import { handwritingFont } from '../draw/handwritingFont.ts';
import { isImageName } from '../files/imageNames.ts';

/** Where an image lies in its data set; `all` in one that is not parted yet. */
export type Part = keyof Parts<unknown> | 'all';

/** The parts of a data set, in the order in which they are told. */
export const partNames = ['train', 'validation', 'test'] as const;

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
  /** every label, in order */
  readonly classes: readonly string[];
  /** what is wrong with the list itself, in one line each */
  readonly faults: readonly string[];
  /** what a person should know of how it is read, a sentence each */
  readonly remarks: readonly string[];
  readonly passedOver: readonly PassedOver[];
  /** the pixels of an image; null where each has a file of its own */
  readonly pixels: ((i: number) => RgbaImage) | null;
}

/**
 * Lists the images of a data set of any kind that can be trained on.
 *
 * @param source what `loadData` takes
 * @throws InkgradError where it is no data set, or holds no images
 */
export function listImages(source: string, reading: Reading = {}): ImageList {
  const found = identifySource(source, reading.columns);
  const list = lists[found.kind](found as never, reading);
  if (list.images.length === 0) {
    const fault = list.faults.length > 0 ? ` (${list.faults[0].replace(/;.*/, '')})` : '';
    throw new PipelineError(
      `${visible(source)}: holds no images to inspect${fault}; add some`,
      'too-few-images',
    );
  }
  return { ...list, remarks: [...remarksOnUnused(found.kind, reading), ...list.remarks] };
}

type Kind = Source['kind'];
type SourceOf<K extends Kind> = Extract<Source, { kind: K }>;

const lists: { [K in Kind]: (source: SourceOf<K>, reading: Reading) => ImageList } = {
  mnist: () => fromMemory('mnist', { ...loadMnist(), remarks: [] }),
  synth: () => fromFonts(),
  idx: (source, reading) => fromMemory('idx', loadNumbered(source, reading)),
  pixels: (source, reading) => fromMemory('pixels', loadNumbered(source, reading)),
  csv: ({ path }, { columns = {} }) => {
    const faults: string[] = [];
    const listed = listCsv(path, columns, (fault) => faults.push(fault));
    const title = `${visible(basename(path))} `;
    // Only folders that hold images of the list are looked into: the file may lie in somebody's home.
    const folders = new Set(inOrder(listed).map(({ file }) => dirname(file.path)));
    const beside = [...folders].flatMap((folder) => filesOf(folder).map((name) => join(folder, name)));
    return fromFiles('csv', listed, {
      nameOf: ({ where }) => (where.startsWith(title) ? where.slice(title.length) : where),
      faults,
      folder: dirname(path),
      beside: beside.filter((file) => file !== path),
      stray: 'images in no row',
    });
  },
  folder: ({ path: folder }) => {
    const faults = new Set<string>();
    const note = (fault: string) => void faults.add(fault);
    const listed = listClassFolders(folder, note);
    return fromFiles('folder', listed, {
      nameOf: ({ path }) => relative(folder, path).replaceAll(sep, '/'),
      faults: [...faults],
      folder,
      beside: listTree(folder, note)
        .filter((name) => name !== CLASS_NAMES)
        .map((name) => join(folder, name)),
      stray: 'images in no class',
    });
  },
};

/** What is in each part, one after the other. */
function inOrder(listed: Listed): { file: LabelledFile; part: Part }[] {
  const parted = listed.validation !== undefined || listed.test !== undefined;
  return partNames.flatMap((part) =>
    (listed[part] ?? []).map((file) => ({ file, part: parted ? part : ('all' as const) })),
  );
}

interface FileList {
  readonly nameOf: (file: LabelledFile) => string;
  readonly faults: readonly string[];
  /** from where on the paths of files are told */
  readonly folder: string;
  /** files where those of the list are, these among them */
  readonly beside: readonly string[];
  /** what images among them are that the list lacks */
  readonly stray: string;
}

function fromFiles(
  kind: 'csv' | 'folder',
  listed: Listed,
  { nameOf, faults, folder, beside, stray }: FileList,
): ImageList {
  const images = inOrder(listed).map(({ file, part }) => ({
    name: nameOf(file),
    label: file.label,
    part,
    path: file.path,
  }));
  const paths = new Set(images.map(({ path }) => path));
  const others = beside.filter((path) => !paths.has(path));
  return {
    kind,
    images,
    classes: sortedClasses(images.map(({ label }) => label)),
    faults,
    remarks: listed.remarks,
    passedOver: passedOver(
      others.map((path) => relative(folder, path).replaceAll(sep, '/')),
      stray,
    ),
    pixels: null,
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

function fromMemory(kind: 'mnist' | 'idx' | 'pixels', { remarks, ...parts }: LoadedParts): ImageList {
  const parted = parts.test !== undefined;
  const datasets = partNames.flatMap((part) => {
    const dataset = parts[part];
    return dataset === undefined ? [] : [{ part: parted ? part : ('all' as const), dataset }];
  });
  const images = datasets.flatMap(({ part, dataset: { classes, labels } }) =>
    Array.from(labels, (label, i) => ({
      name: `${parted ? `${part} ` : ''}image ${i + 1}`,
      label: classes[label],
      part,
    })),
  );
  return {
    kind,
    images,
    classes: parts.train.classes,
    faults: [],
    remarks,
    passedOver: [],
    pixels: (i) =>
      pixelsOf(
        datasets.map(({ dataset }) => dataset),
        i,
      ),
  };
}

/** The synthetic pictures as they are drawn where nothing else is asked for. */
function fromFonts(): ImageList {
  const pictures = synthNumbers(SYNTH_COUNT);
  return {
    kind: 'synth',
    images: pictures.map(({ part, index }) => ({
      name: `${part} picture ${index + 1}`,
      label: synthClasses[synthLabel(index)],
      part,
    })),
    classes: synthClasses,
    faults: [],
    remarks: [],
    passedOver: [],
    pixels: (i) => synthPicture(pictures[i].part, pictures[i].index, 1, handwritingFont),
  };
}

/** An image of data sets that follow each other. */
function pixelsOf([first, ...rest]: readonly Dataset[], i: number): RgbaImage {
  if (i >= count(first)) return pixelsOf(rest, i - count(first));
  const bytes = bytesOf(first);
  return rgbaFromBytes(first.images.subarray(i * bytes, (i + 1) * bytes), first.size);
}

/** Counts files by what they are: images, and others by their ending. */
function passedOver(paths: readonly string[], images: string): PassedOver[] {
  const kinds = new Map<string, { files: number; example: string }>();
  for (const path of paths) {
    const kind = isImageName(path)
      ? images
      : extname(basename(path)).toLowerCase() || 'files without an ending';
    const found = kinds.get(kind) ?? { files: 0, example: path };
    kinds.set(kind, { ...found, files: found.files + 1 });
  }
  return [...kinds]
    .map(([what, found]) => ({ what, ...found }))
    .sort((a, b) => b.files - a.files || (a.what < b.what ? -1 : 1));
}
