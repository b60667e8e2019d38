import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Checkpoint,
  type CheckpointFile,
  checkpointBytes,
  parseCheckpoint,
} from '../../checkpoint/checkpoint.ts';
import { type Fault, PipelineError } from '../../faults.ts';
import { readWhole } from '../files/readWhole.ts';
import { writeDurably } from '../files/writeFile.ts';
import { sweepRun } from './runFolder.ts';

/** The checkpoints of a run, in the order in which they are taken. */
export const checkpointNames = ['best', 'last'] as const;
/** These, and epochs that are kept beside them. */
export type CheckpointName = (typeof checkpointNames)[number] | `epoch-${number}`;

/** The most bytes of one: 200 million parameters, as many of a gate, an average and two moments of each. */
const LARGEST = 4.1e9;

/** A checkpoint as it was found. */
export interface FoundCheckpoint extends CheckpointFile {
  /** what a person should know of it, such as that it is not the one that was looked for */
  readonly remarks: readonly string[];
}

export const checkpointPath = (run: string, name: CheckpointName): string =>
  join(run, 'checkpoints', `${name}.safetensors`);

/**
 * Writes a checkpoint as a whole, or not at all.
 *
 * @throws UnwritableError where it cannot be written
 */
export const saveCheckpoint = (path: string, checkpoint: Checkpoint): void =>
  writeDurably(path, checkpointBytes(checkpoint));

/**
 * Reads a checkpoint.
 *
 * @param path a file; or a run directory, of which the best checkpoint is taken, or the last where there is no best or
 *   that is damaged
 * @throws InkgradError for what is missing, broken or no checkpoint of ours
 */
export function readCheckpoint(path: string): FoundCheckpoint {
  if (!existsSync(path))
    throw new PipelineError(`${path}: no such run; inkgrad train prints where it writes one`, 'missing');
  if (statSync(path).isFile()) return { ...readFile(path), remarks: [] };
  sweepRun(path);
  const [first, ...others] = checkpointNames
    .map((name) => checkpointPath(path, name))
    .filter((file) => existsSync(file));
  if (first === undefined) {
    throw new PipelineError(
      `${path}: holds no checkpoints/best.safetensors; give the folder that inkgrad train wrote`,
      'not-a-checkpoint',
    );
  }
  try {
    return { ...readFile(first), remarks: [] };
  } catch (error) {
    if (!(error instanceof PipelineError && damages.has(error.code))) throw error;
    for (const other of others) {
      const found = readOrNull(other);
      const remark = `${error.message}; ${other} is read in its place, of step ${found?.step}`;
      if (found !== null) return { ...found, remarks: [remark] };
    }
    throw error;
  }
}

/** What becomes of a file that was cut or overwritten. */
const damages = new Set<Fault>(['damaged', 'not-a-checkpoint']);

function readFile(file: string): CheckpointFile {
  const bytes = readWhole(file, {
    ...{ name: file, most: LARGEST, advice: 'give the folder of a run, or a checkpoint in it' },
    tooLarge: `has more than ${LARGEST / 1e9} GB, too many bytes for a checkpoint`,
  });
  return parseCheckpoint(bytes, file);
}

function readOrNull(file: string): CheckpointFile | null {
  try {
    return readFile(file);
  } catch {
    return null;
  }
}
