import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Checkpoint,
  type CheckpointFile,
  checkpointBytes,
  parseCheckpoint,
} from '../../checkpoint/checkpoint.ts';
import { PipelineError } from '../../faults.ts';
import { readWhole } from '../files/readWhole.ts';
import { writeWhole } from '../files/writeFile.ts';

/** The most bytes of one: 200 million parameters, as many of a gate, and two averages of each parameter. */
const LARGEST = 3.3e9;

/** Writes a checkpoint as a whole, or not at all. */
export const saveCheckpoint = (path: string, checkpoint: Checkpoint): void =>
  writeWhole(path, checkpointBytes(checkpoint));

/**
 * Reads a checkpoint.
 *
 * @param path a run directory, whose best checkpoint is taken, or a file
 * @throws InkgradError for what is missing, broken or no checkpoint of ours
 */
export function readCheckpoint(path: string): CheckpointFile {
  const file = findCheckpoint(path);
  const bytes = readWhole(file, {
    ...{ name: file, most: LARGEST, advice: 'give the folder of a run, or a checkpoint in it' },
    tooLarge: `has more than ${LARGEST / 1e9} GB, too many bytes for a checkpoint`,
  });
  return parseCheckpoint(bytes, file);
}

function findCheckpoint(path: string): string {
  if (!existsSync(path))
    throw new PipelineError(`${path}: no such run; inkgrad train prints where it writes one`, 'missing');
  if (statSync(path).isFile()) return path;
  const files = ['best', 'last'].map((name) => join(path, 'checkpoints', `${name}.safetensors`));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) {
    throw new PipelineError(
      `${path}: holds no checkpoints/best.safetensors; give the folder that inkgrad train wrote`,
      'not-a-checkpoint',
    );
  }
  return found;
}
