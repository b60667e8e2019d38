import { type LoadedData, type LoadOptions, loadData } from '../pipeline/data/load.ts';
import { Interrupted, interruptible } from './interrupt.ts';
import { ProgressWhenLong } from './progress.ts';

/**
 * Loads a data set with a progress bar where that takes long.
 *
 * @throws Interrupted after Ctrl-C or a kill; what the pipeline throws
 */
export async function loadWithProgress(
  source: string,
  options: Omit<LoadOptions, 'signal' | 'onProgress'>,
): Promise<LoadedData> {
  const preparing = new ProgressWhenLong('preparing images');
  const { signal, exitCode, release } = interruptible('stopping; once more to stop at once');
  try {
    const onProgress = (done: number, total: number) => preparing.update(done, total);
    const data = await loadData(source, { ...options, signal, onProgress });
    signal.throwIfAborted();
    return data;
  } catch (error) {
    if (signal.aborted) throw new Interrupted(exitCode());
    throw error;
  } finally {
    preparing.stop();
    release();
  }
}
