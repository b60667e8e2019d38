import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Checkpoint, checkpointBytes } from '../../checkpoint/checkpoint.ts';
import { PipelineError } from '../../faults.ts';
import { type Imported, type ImportOptions, importNetwork } from '../../interchange/import/importNetwork.ts';
import { visible } from '../../text/visible.ts';
import { readWhole } from '../files/readWhole.ts';
import { checkpointPath, saveCheckpoint } from '../runs/checkpointFile.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { writeFile } from './wholeFiles.ts';

/** More than a model may have parameters, four bytes each, and some. */
const LARGEST = 2 ** 30;

const wanted = (path: string) => ({
  ...{ name: visible(path), most: LARGEST, advice: 'give an ONNX or a safetensors file' },
  tooLarge: `has more than ${LARGEST / 2 ** 30} GiB, too much for a network`,
});

/** The name of a file, as a model may be called. */
const modelName = (path: string): string =>
  basename(path)
    .replace(/\.[^.]*$/, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '') || 'imported';

/**
 * Reads a network of another program.
 *
 * @throws PipelineError for a file that is missing, broken, does what no layer does, or does not fit what is given
 */
export function importFile(path: string, options: Omit<ImportOptions, 'name'>): Imported {
  return importNetwork(readWhole(path, wanted(path)), path, { ...options, name: modelName(path) });
}

/** Whether a path names a checkpoint rather than a run. */
const isCheckpoint = (out: string): boolean => out.endsWith('.safetensors');

/** Where an imported checkpoint goes. */
export interface Place {
  /** Writes it. @returns the file */
  save(checkpoint: Checkpoint): string;
  /** Gives a folder back that nothing was written into. */
  release(): void;
}

/**
 * Takes the place of an import before any work is done for it.
 *
 * @param out a run directory that is new or empty, or a name for a checkpoint that ends in .safetensors
 * @throws PipelineError where something is there already, or it cannot be made
 */
export function takePlace(out: string): Place {
  if (!isCheckpoint(out)) return placeIn(RunFolder.take(out));
  if (existsSync(out)) {
    throw new PipelineError(`\`out\` ${out}: is there already; give another name`, 'folder-in-use');
  }
  return {
    save(checkpoint) {
      writeFile(out, checkpointBytes(checkpoint));
      return out;
    },
    release() {},
  };
}

/** The next run directory of a model. */
export const takeNextPlace = (model: string): Place & { readonly path: string } => {
  const folder = RunFolder.takeNext(model);
  return { ...placeIn(folder), path: folder.path };
};

const placeIn = (folder: RunFolder): Place => ({
  save(checkpoint) {
    const file = checkpointPath(folder.path, 'best');
    saveCheckpoint(file, checkpoint);
    folder.begin();
    return file;
  },
  release: () => folder.release(),
});
