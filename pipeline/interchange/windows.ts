import type { Pair, Window } from '../../engine/ops/window.ts';
import type { PairOption, WindowOptions } from '../../engine/windowOptions.ts';
import { pairOf, windowOf } from '../../engine/windowOptions.ts';
import type { LayerSpec } from '../model/layers.ts';

/** The window of a convolution or pool, with all that its layer leaves out. */
export interface LayerWindow extends Window {
  readonly kernel: Pair;
}

/** @param spec a checked layer with a kernelSize; a pool moves by its window where nothing else is said */
export function windowOfLayer(spec: LayerSpec): LayerWindow {
  const kernel = pairOf(spec.kernelSize as PairOption);
  const given = spec as WindowOptions;
  const stride = given.stride ?? (spec.type === 'conv2d' ? 1 : kernel);
  return { kernel, ...windowOf({ ...given, stride }, kernel) };
}

/** Whether padding is alike on both sides of each axis, as most programs want it. */
export const isSymmetric = ({ padding: [top, left, bottom, right] }: Window): boolean =>
  top === bottom && left === right;
