import type { DType, TypedArray } from '../../engine/dtype.ts';
import type { Shape } from '../../engine/shape.ts';

/** Numbers as they lay in a device's memory when an op had read or written them. */
export interface Value {
  readonly dtype: DType;
  /** row-major, under whatever shape an op takes them */
  readonly data: TypedArray;
}

/** A value as one op takes or gives it. */
export interface Use {
  /** which of the tape's values */
  readonly value: number;
  readonly shape: Shape;
}

export const phases = ['forward', 'backward', 'update'] as const;

/** What a training step does, one after the other. */
export type Phase = (typeof phases)[number];

/** An op that ran. */
export interface Launched {
  readonly op: string;
  readonly attrs: object;
  readonly inputs: readonly Use[];
  /** those of an op that updates in place are other values than went in, which are the last of its inputs */
  readonly outputs: readonly Use[];
  readonly phase: Phase;
  /** the layer of the model in which it ran, or whose gradient it is a part of; null for the loss and the optimiser */
  readonly layer: number | null;
}

/** A trained tensor of a layer: its weights, what the loss says of them, and what the optimiser makes of them. */
export interface TracedParameter {
  /** as in a checkpoint, `0.weight` */
  readonly name: string;
  readonly weight: Use;
  readonly gradient: Use;
  /** after the update */
  readonly updated: Use;
  /** where it begins in what the optimiser holds all parameters in, side by side */
  readonly start: number;
}

/** A layer, as one image went through it. */
export interface TracedLayer {
  readonly input: Use;
  readonly output: Use;
  /** dL/d(output) */
  readonly gradient: Use;
  readonly parameters: readonly TracedParameter[];
}

/** Everything that a training step on one image did: each op that ran on the device, with its numbers. */
export interface Tape {
  readonly values: readonly Value[];
  /** in the order in which they ran */
  readonly launches: readonly Launched[];
  readonly layers: readonly TracedLayer[];
  /** [1] */
  readonly loss: Use;
  /** [1, classes] */
  readonly logits: Use;
  readonly probabilities: Use;
  /** dL/d(image), [1,C,H,W] */
  readonly gradient: Use;
  /** the class that is taken to be right */
  readonly label: number;
}
