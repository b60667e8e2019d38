import { PipelineError } from '../../faults.ts';

/** Several image files of a data set are broken. */
export class BrokenImagesError extends PipelineError {
  /** @param lines what is wrong with each, in order */
  constructor(
    readonly lines: readonly string[],
    name: string,
    total: number,
  ) {
    super(`${name}: ${lines.length} of ${total} images are broken, the first: ${lines[0]}`, 'broken-images');
  }
}
