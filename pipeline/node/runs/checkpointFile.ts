import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InkgradError } from '../../../engine/errors.ts';
import {
  type Checkpoint,
  type CheckpointFile,
  checkpointBytes,
  parseCheckpoint,
} from '../../checkpoint/checkpoint.ts';
import { writeWhole } from '../files/writeFile.ts';

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
  return parseCheckpoint(readFileSync(file), file);
}

function findCheckpoint(path: string): string {
  if (!existsSync(path))
    throw new InkgradError(`${path}: no such run; inkgrad train prints where it writes one`);
  if (statSync(path).isFile()) return path;
  const files = ['best', 'last'].map((name) => join(path, 'checkpoints', `${name}.safetensors`));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) {
    throw new InkgradError(
      `${path}: holds no checkpoints/best.safetensors; give the folder that inkgrad train wrote`,
    );
  }
  return found;
}
