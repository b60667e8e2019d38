import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Checkpoint, checkpointBytes } from '../../checkpoint/checkpoint.ts';
import { PipelineError } from '../../faults.ts';
import { type Imported, type ImportOptions, importNetwork } from '../../interchange/import/importNetwork.ts';
import { checkRunPath } from '../runs/runDirectory.ts';
import { writeFile, writeFolder } from './wholeFiles.ts';

/** More than a model may have parameters, four bytes each, and some; Node.js reads no file of more than 2 GiB at once. */
const LARGEST = 2 ** 30;

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
  return importNetwork(contentOf(path), path, { ...options, name: modelName(path) });
}

function contentOf(path: string): Uint8Array {
  const refuse = (what: string, code: 'missing' | 'unreadable' | 'too-large'): never => {
    throw new PipelineError(`${path}: ${what}`, code);
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return refuse('no such file; give an ONNX or a safetensors file', 'missing');
  if (!found.isFile()) return refuse('is no file; give an ONNX or a safetensors file', 'unreadable');
  if (found.size > LARGEST)
    return refuse(`has ${found.size} bytes; expected at most ${LARGEST}`, 'too-large');
  try {
    return readFileSync(path);
  } catch (error) {
    return refuse(`cannot be read (${(error as Error).message}); mend that and try again`, 'unreadable');
  }
}

/** The checkpoint of a run that is read where the run is named. */
const BEST = join('checkpoints', 'best.safetensors');

/** Whether a path names a checkpoint rather than a run. */
const isCheckpoint = (out: string): boolean => out.endsWith('.safetensors');

/**
 * Refuses what is there already, before any work is done for it.
 *
 * @param out a run directory that is new or empty, or a name for a checkpoint that ends in .safetensors
 */
export function checkImportPath(out: string): void {
  if (!isCheckpoint(out)) checkRunPath(out);
  else if (existsSync(out)) {
    throw new PipelineError(`\`out\` ${out}: is there already; give another name`, 'folder-in-use');
  }
}

/**
 * Writes an imported checkpoint, as a file or as the best one of a run.
 *
 * @returns the file
 */
export function saveImported(out: string, checkpoint: Checkpoint): string {
  checkImportPath(out);
  const bytes = checkpointBytes(checkpoint);
  if (isCheckpoint(out)) {
    writeFile(out, bytes);
    return out;
  }
  writeFolder(out, new Map([[BEST, bytes]]));
  return join(out, BEST);
}
