/** A layer, with what goes into it; `fanIn` is there where it has weights. */
export interface Layer {
  readonly type: string;
  readonly fanIn?: number;
}

export const SIZE: number;
export const CLASSES: number;
export function network(name: string): Layer[];
export function checkParameters(name: string, shapes: readonly (readonly number[])[]): void;
export function initializer(): (shape: readonly number[], fanIn: number) => Float32Array;
export function syntheticBatch(count: number): { images: Float32Array; labels: Int32Array };
export function crossEntropy(logits: Float32Array, labels: Int32Array): number;
