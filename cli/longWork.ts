import { withFlags } from '../report/flags.ts';
import { Interrupted, interruptible } from './interrupt.ts';
import { note } from './output.ts';
import { ProgressWhenLong } from './progress.ts';

/** What a long work gets: it ends when the signal is given, and tells how far it is. */
export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** what a person should know of how it went; said once, at its end */
  readonly onRemark: (remark: string) => void;
}

/**
 * Does work with a progress bar where that takes long, and ends it in order on Ctrl-C or a kill.
 *
 * @param name what the bar is called
 * @throws Interrupted after Ctrl-C or a kill; what the work throws
 */
export async function withProgress<T>(name: string, work: (options: WorkOptions) => Promise<T>): Promise<T> {
  const remarks = new Set<string>();
  const progress = new ProgressWhenLong(name);
  const { signal, exitCode, release } = interruptible('stopping; once more to stop at once');
  try {
    const result = await work({
      signal,
      onProgress: (done, total) => progress.update(done, total),
      onRemark: (remark) => void remarks.add(remark),
    });
    signal.throwIfAborted();
    return result;
  } catch (error) {
    if (signal.aborted) throw new Interrupted(exitCode());
    throw error;
  } finally {
    progress.stop();
    for (const remark of remarks) note(withFlags(remark));
    release();
  }
}
