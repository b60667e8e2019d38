import * as v from 'valibot';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import { PipelineError } from '../faults.ts';
import { finite, positive } from '../numbers.ts';

/** How far a model's answers can be trusted, as a checkpoint keeps it. */
export interface Certainty {
  /** T: logits are divided by it before they become probabilities */
  readonly temperature: number;
  /** what tells characters of the model from everything else; without it every image is taken for one */
  readonly gate?: StoredGate;
}

/** The gate of a model as data; pipeline/certainty says what it does with it. */
export interface StoredGate {
  /** the weights of its layers, by their names in the model */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** what a unit of the model's energy counts beside the gate's own log odds */
  readonly energy: number;
  /** the measure below which an image is refused */
  readonly least: number;
}

/** That of checkpoints from before there was one, and of models with too few images to fit it. */
export const unfitted: Certainty = { temperature: 1 };

/** A change that this version could not read raises it. */
const VERSION = 1;

/** What the names of a gate's tensors begin with in the file. */
export const GATE_PREFIX = 'gate.';

const fields = v.object({
  version: v.literal(VERSION),
  temperature: positive,
  gate: v.optional(v.object({ energy: finite, least: finite })),
});

/** What of it goes into the metadata. */
export const certaintyFields = ({ temperature, gate }: Certainty) => ({
  version: VERSION,
  temperature,
  ...(gate && { gate: { energy: gate.energy, least: gate.least } }),
});

/** What of it goes among the tensors. */
export const gateTensors = ({ gate }: Certainty): [string, StoredTensor][] =>
  [...(gate?.weights ?? [])].map(([name, tensor]) => [GATE_PREFIX + name, tensor]);

/**
 * Reads what the metadata says.
 *
 * @param value undefined in old checkpoints
 * @param weights the tensors of the gate, whose shapes are looked at when it is restored
 * @throws InkgradError where it is broken
 */
export function parseCertainty(
  value: unknown,
  weights: ReadonlyMap<string, StoredTensor>,
  file: string,
): Certainty {
  if (value === undefined && weights.size === 0) return unfitted;
  if (!v.is(fields, value) || (value.gate !== undefined) !== weights.size > 0) {
    throw new PipelineError(
      `${file}: its certainty is broken, or of a later version; train it again`,
      'damaged',
    );
  }
  const { temperature, gate } = value;
  return { temperature, ...(gate && { gate: { ...gate, weights } }) };
}
