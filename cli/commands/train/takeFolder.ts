import { statSync } from 'node:fs';
import type { CsvColumns } from '../../../pipeline/node/data/columns.ts';
import { identifySource } from '../../../pipeline/node/data/source.ts';
import { RunFolder } from '../../../pipeline/node/runs/runFolder.ts';
import { refuseWithin } from '../../outFolder.ts';

interface Wish {
  readonly data: string;
  readonly out?: string | undefined;
}

/**
 * Takes the folder of a run before its data is loaded: the one that is asked for, or the next of `runs/`.
 *
 * @throws UsageError where it lies in the data set; PipelineError where it cannot be had
 */
export function takeFolder({ data, out }: Wish, model: string, columns: CsvColumns | undefined): RunFolder {
  const isFolder = statSync(data, { throwIfNoEntry: false })?.isDirectory();
  // IDX files are found by their names, whatever folders stand beside them.
  if (isFolder && identifySource(data, columns).kind !== 'idx') refuseWithin(data, out, { usual: 'runs' });
  return out === undefined ? RunFolder.takeNext(model) : RunFolder.take(out);
}

/** Gives the folder back where no run begins in it, however the command ends. */
export async function withFolder(
  folder: RunFolder,
  body: (folder: RunFolder) => Promise<void>,
): Promise<void> {
  const release = () => folder.release();
  process.on('exit', release);
  try {
    await body(folder);
  } finally {
    process.off('exit', release);
    release();
  }
}
