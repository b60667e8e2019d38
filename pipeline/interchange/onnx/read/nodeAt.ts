import type { StoredTensor } from '../../../formats/safetensors.ts';
import type { OnnxNode } from '../network.ts';
import type { OnnxTensor } from '../tensors.ts';
import { type Chain, refuse } from './chain.ts';
import type { Constants } from './constants.ts';

/** A node whose one input that is no constant is what the chain makes. */
export interface NodeAt {
  readonly chain: Chain;
  readonly node: OnnxNode;
  readonly constants: Constants;
  /** whether a softmax that ends the network comes next */
  readonly endsInSoftmax: boolean;
  /** whether it makes what the network gives */
  readonly isLast: boolean;
}

export type ReadNode = (at: NodeAt) => void;

export function number({ attributes }: OnnxNode, name: string, otherwise: number): number {
  const value = attributes[name] ?? otherwise;
  return typeof value === 'number' ? value : refuse(`has a ${name} that is no number`);
}

export function numbers({ attributes }: OnnxNode, name: string): readonly number[] | undefined {
  const value = attributes[name];
  return value === undefined || Array.isArray(value) ? value : refuse(`has ${name} that are no numbers`);
}

/** A number that was float32, as a person writes it: 1e-5 and not 0.000009999999747378752. */
export function neat(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
}

/** The same, and nothing where a layer takes it anyway. */
export const unless = (usual: number, value: number): number | undefined =>
  neat(value) === usual ? undefined : neat(value);

/** An input that must be a constant. */
export function constant({ node, constants }: NodeAt, place: number): OnnxTensor {
  const found = constants.get(node.inputs[place]);
  return found ?? refuse(`has an input ${place} that is computed; its weights must be constants`);
}

/** An input that may be left out. */
export const optional = (at: NodeAt, place: number): OnnxTensor | undefined =>
  (at.node.inputs[place] ?? '') === '' ? undefined : constant(at, place);

/** A constant as weights. */
export function weights({ type, shape, data }: OnnxTensor): StoredTensor {
  if (data instanceof Int32Array || type === 'int64') refuse(`has weights of ${type}`);
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}
