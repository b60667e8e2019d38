import type { Layer } from './network.mjs';

export function weightShapes(layer: Layer): number[][];
export function onnxFile(
  layers: readonly Layer[],
  weights: readonly (readonly Float32Array[])[],
  batch: number,
): Uint8Array;
