import * as v from 'valibot';
import type { Dataset } from '../data/dataset.ts';
import { PipelineError } from '../faults.ts';
import { positive } from '../numbers.ts';
import { visible } from '../text/visible.ts';

/** How much each class counts: all alike, rare ones more, or a weight for each name; those that are not named count 1. */
export type ClassWeights = 'none' | 'balanced' | Readonly<Record<string, number>>;

const schema = v.union([v.picklist(['none', 'balanced']), v.record(v.string(), positive)]);

export const isClassWeights = (value: unknown): value is ClassWeights => v.is(schema, value);

/**
 * A weight for each class of a data set. Balanced is n / (C·n_c) for n_c of n images in class c, as scikit-learn has it:
 * each class then counts as much as any other.
 *
 * @returns null where all count alike
 * @throws PipelineError where a name is no class
 */
export function classWeightsOf(weights: ClassWeights, { classes, labels }: Dataset): Float32Array | null {
  if (weights === 'none') return null;
  if (weights === 'balanced') {
    const counts = new Int32Array(classes.length);
    for (const label of labels) counts[label]++;
    const present = counts.filter((count) => count > 0).length;
    // A class without images has no loss that could be weighted.
    return Float32Array.from(counts, (count) => (count === 0 ? 1 : labels.length / (present * count)));
  }
  const stray = Object.keys(weights).find((name) => !classes.includes(name));
  if (stray !== undefined) {
    const known = classes.slice(0, 20).map(visible).join(' ');
    throw new PipelineError(
      `\`classWeights\`: ${visible(stray)} is no class of the data; its classes are ${known}${classes.length > 20 ? ' …' : ''}`,
      'unknown-class',
    );
  }
  return Float32Array.from(classes, (name) => weights[name] ?? 1);
}
