import { basename, dirname, join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { listFolder } from './listFolder.ts';

/** Two files that belong together. */
export interface IdxPaths {
  readonly images: string;
  readonly labels: string;
}

/** The files of one data set. */
export interface IdxFiles {
  readonly train: IdxPaths;
  readonly test?: IdxPaths;
  /** the file that says what the labels mean, see `readMapping` */
  readonly mapping?: string;
}

/**
 * `SET-PART-KIND-idx3-ubyte.gz`; MNIST has no SET, a set without parts no PART, old copies a dot for a dash, others
 * `.idx` for the end.
 */
const NAME =
  /^(.*?)[-_.]?(train|t10k|test)?[-_.]?(images|labels)([-._]idx[134]?)?(?:[-._]u?byte)?(?:\.(?:idx[134]?|ubyte|bin))*(?:\.gz)?$/i;

const IDX = /\.idx[134]?(\.gz)?$/i;

interface NamedFile {
  /** a path in the folder */
  name: string;
  set: string;
  part: 'train' | 'test' | 'whole';
  kind: 'images' | 'labels';
}

function parseName(path: string): NamedFile | undefined {
  const name = basename(path);
  const match = NAME.exec(name);
  if (!match || !(match[2] || match[4] || IDX.test(name))) return undefined;
  const part = match[2]?.toLowerCase();
  return {
    name: path,
    set: match[1],
    part: part === 'train' ? 'train' : part ? 'test' : 'whole',
    kind: match[3].toLowerCase() === 'images' ? 'images' : 'labels',
  };
}

/**
 * Finds the IDX files of a data set in a folder by their names, with or without `.gz`:
 * `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, `t10k-…` or `test-…` for the test part, a data
 * set's own name in front of them, or a name without any part for a data set that is not parted yet.
 *
 * @param file the path of an images file in the folder: its data set alone is looked at, and with it only
 *   that part, except that a train part brings its test part along
 * @returns undefined where the folder has no IDX images
 * @throws InkgradError where labels are missing or the folder has several data sets
 */
export function findIdxFiles(folder: string, file?: string): IdxFiles | undefined {
  // Where the folder is called as its file, the other files lie in folders beside it.
  if (parseName(folder) !== undefined && hasSameName(folder)) {
    const [own] = idxNames(dirname(folder)).filter((name) => dirname(name) === basename(folder));
    return findIdxFiles(dirname(folder), file === undefined ? own : join(basename(folder), file));
  }
  const chosen = file === undefined ? undefined : parseName(file);
  if (file !== undefined && chosen?.kind !== 'images') {
    throw new PipelineError(
      `${visible(join(folder, file))}: not named like IDX images; expected a name like train-images-idx3-ubyte`,
      'not-a-dataset',
    );
  }
  const names = idxNames(folder);
  // In sorted order a plain file comes before its gzipped copy, so it is the one that is found.
  const files = names
    .map(parseName)
    .filter((found) => found !== undefined)
    .filter((found) => !chosen || (found.set === chosen.set && belongs(found.part, chosen.part)));
  const sets = [...new Set(files.filter(({ kind }) => kind === 'images').map(({ set }) => set))];
  if (sets.length === 0) return undefined;
  if (sets.length > 1) {
    throw new PipelineError(
      `${visible(folder)}: holds ${sets.length} data sets (${sets.map(visible).join(', ')}); ` +
        `give the path of the images of one, like ${visible(join(folder, exampleOf(files)))}`,
      'not-a-dataset',
    );
  }

  const [set] = sets;
  const pair = (part: NamedFile['part']): IdxPaths | undefined => {
    const find = (kind: NamedFile['kind']) =>
      files.find((each) => each.set === set && each.part === part && each.kind === kind)?.name;
    const images = find('images');
    const labels = find('labels');
    if (!images) return undefined;
    if (labels) return { images: join(folder, images), labels: join(folder, labels) };
    const wanted = basename(images)
      .replace(/images/i, 'labels')
      .replace(/idx[34]/, 'idx1');
    throw new PipelineError(
      `${visible(join(folder, images))}: its labels are missing; put ${wanted} beside it`,
      'missing',
    );
  };
  const test = pair('test');
  const train = pair('train') ?? pair('whole');
  const mapping = findMappingFile(names, set);
  return {
    ...(train ? { train, ...(test && { test }) } : { train: test! }),
    ...(mapping && { mapping: join(folder, mapping) }),
  };
}

/** The files in a folder, and those in folders of their own name in it, into which some archives unpack. */
function idxNames(folder: string): string[] {
  const { files, folders } = listFolder(folder);
  const within = folders.flatMap((name) => {
    const wanted = parseName(name);
    if (wanted === undefined) return [];
    const same = (file: string) => {
      const found = parseName(file);
      return found?.set === wanted.set && found.part === wanted.part && found.kind === wanted.kind;
    };
    return listFolder(join(folder, name))
      .files.filter(same)
      .map((file) => join(name, file));
  });
  return [...files, ...within];
}

const belongs = (part: NamedFile['part'], chosen: NamedFile['part']): boolean =>
  part === chosen || (chosen === 'train' && part === 'test');

/** Whether a folder holds a file that says the same as its own name. */
const hasSameName = (folder: string): boolean =>
  idxNames(dirname(folder)).some((name) => dirname(name) === basename(folder));

/** Images that belong to a set as a whole or to be trained on. */
const exampleOf = (files: readonly NamedFile[]): string =>
  files.find(({ kind, part }) => kind === 'images' && part === 'train')?.name ??
  files.find(({ kind }) => kind === 'images')!.name;

/** `SET-mapping.txt` as EMNIST calls it, or KMNIST's class map, which lies beside files that name no set. */
export function findMappingFile(names: readonly string[], set: string): string | undefined {
  const own = `${set}${set && '-'}mapping.txt`;
  return (
    names.find((name) => name === own) ?? names.find((name) => set === '' && /_classmap\.csv$/.test(name))
  );
}
