import { type LoadedData, type LoadOptions, loadData } from '../pipeline/node/data/load.ts';
import { type WorkOptions, withProgress } from './longWork.ts';

/**
 * Loads a data set with a progress bar where that takes long.
 *
 * @throws Interrupted after Ctrl-C or a kill; what the pipeline throws
 */
export const loadWithProgress = (
  source: string,
  options: Omit<LoadOptions, keyof WorkOptions>,
): Promise<LoadedData> =>
  withProgress('preparing images', (work) => loadData(source, { ...options, ...work }));
