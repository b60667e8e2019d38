import * as v from 'valibot';
import { PipelineError } from '../faults.ts';
import { positive } from '../numbers.ts';

/** How far a model's answers can be trusted, as a checkpoint keeps it. */
export interface Certainty {
  /** T: logits are divided by it before they become probabilities */
  readonly temperature: number;
}

/** That of checkpoints from before there was one, and of models with too few images to fit it: probabilities stay as they are. */
export const unfitted: Certainty = { temperature: 1 };

/** A change that this version could not read raises it. */
const VERSION = 1;

const fields = v.object({ version: v.literal(VERSION), temperature: positive });

/** What of it goes into the metadata. */
export const certaintyFields = ({ temperature }: Certainty) => ({ version: VERSION, temperature });

/**
 * Reads what the metadata says.
 *
 * @param value undefined in old checkpoints
 * @throws InkgradError where it is broken
 */
export function parseCertainty(value: unknown, file: string): Certainty {
  if (value === undefined) return unfitted;
  if (!v.is(fields, value)) {
    throw new PipelineError(
      `${file}: its certainty is broken, or of a later version; train it again`,
      'damaged',
    );
  }
  const { temperature } = value;
  return { temperature };
}
