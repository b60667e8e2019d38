import * as v from 'valibot';
import { PipelineError } from '../faults.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { headOf } from '../model/head.ts';
import type { LayerTensor } from '../model/layers.ts';
import type { ModelSpec } from '../model/model.ts';
import { place } from '../model/model.ts';
import { tensorsOf } from '../model/place.ts';
import { finite, within } from '../numbers.ts';

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

/** Wider than anything that is fitted, and no wider than float32 can be divided and multiplied by. */
const fields = v.object({
  version: v.literal(VERSION),
  temperature: within(1e-3, 1e3),
  gate: v.optional(v.object({ energy: within(0, 1e6), least: finite })),
});

export type CertaintyFields = v.InferOutput<typeof fields>;

/** What of it goes into the metadata. */
export const certaintyFields = ({ temperature, gate }: Certainty): CertaintyFields => ({
  version: VERSION,
  temperature,
  ...(gate && { gate: { energy: gate.energy, least: gate.least } }),
});

/** What of it goes among the tensors. */
export const gateTensors = ({ gate }: Certainty): [string, StoredTensor][] =>
  [...(gate?.weights ?? [])].map(([name, tensor]) => [GATE_PREFIX + name, tensor]);

/**
 * The tensors that stand in a file for a gate, by their names there: its layers are those of the model from the first
 * linear one on, with one class more.
 */
export function gateTensorsOf(model: ModelSpec, classes: number): [string, LayerTensor][] {
  const head = headOf(model, classes);
  if (head === null) return [];
  return [...tensorsOf(place(head.spec, classes + 1))].map(([name, tensor]) => [GATE_PREFIX + name, tensor]);
}

/**
 * Reads what the metadata says.
 *
 * @throws PipelineError where it is broken
 */
export function parseCertainty(value: unknown, file: string): CertaintyFields {
  if (v.is(fields, value)) return value;
  throw new PipelineError(
    `${file}: its certainty is broken, or of a later version; train it again`,
    'damaged',
  );
}

/** What was read, with the weights of its gate. */
export const certaintyOf = (
  { temperature, gate }: CertaintyFields,
  weights: ReadonlyMap<string, StoredTensor>,
): Certainty => ({ temperature, ...(gate && { gate: { ...gate, weights } }) });
