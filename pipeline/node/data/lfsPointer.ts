import { PipelineError } from '../../faults.ts';

/** What Git leaves in the place of a large file that Git LFS has not fetched: a few lines of text. */
export const isLfsPointer = (start: Buffer): boolean =>
  start.subarray(0, 24).toString('latin1').startsWith('version https://git-lfs.');

/** @throws InkgradError where a file is such a pointer */
export function refuseLfsPointer(start: Buffer, name: string): void {
  if (isLfsPointer(start))
    throw new PipelineError(`${name}: is a Git LFS pointer; run git lfs pull`, 'not-a-dataset');
}
