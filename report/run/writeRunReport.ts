import { join } from 'node:path';
import { writeDurably } from '../../pipeline/node/files/writeFile.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { readRun } from '../../pipeline/node/runs/readRun.ts';
import type { Evaluated } from './evaluated.tsx';
import { runPage } from './runPage.tsx';

/** Where the page of a run lies. */
export const reportPath = (run: string): string => join(run, 'report.html');

/**
 * Writes the page of a run.
 *
 * @param evaluated how its best checkpoint reads its test images
 * @returns its path
 * @throws UnwritableError where it cannot be written; PipelineError where the run cannot be read
 */
export function writeRunReport(run: string, evaluated: Evaluated | null): string {
  const path = reportPath(run);
  writeDurably(path, runPage({ record: readRun(run), checkpoint: readCheckpoint(run), evaluated }));
  return path;
}
