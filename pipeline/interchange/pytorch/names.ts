import type { StoredTensor } from '../../formats/safetensors.ts';
import type { Weights } from '../weights.ts';

/**
 * A weight's name in PyTorch. Layers are numbered as in its nn.Sequential, and layouts are the same ([out,in,height,width],
 * [out,in]); PyTorch writes what we write as `1.runningMean` as `1.running_mean`.
 */
export const pytorchName = (name: string): string =>
  changedAtEnd(name, (kind) => kind.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

/** The other way round. */
export const nameFromPytorch = (name: string): string =>
  changedAtEnd(name, (kind) => kind.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));

/** What stands before the last dot is what a layer is called, and stays. */
const changedAtEnd = (name: string, change: (kind: string) => string): string =>
  name.replace(/[^.]*$/, change);

export const withPytorchNames = (weights: Weights): Map<string, StoredTensor> =>
  new Map([...weights].map(([name, tensor]) => [pytorchName(name), tensor]));
