import { ceilOverhang, type Pair, type Window } from '../../engine/ops/window.ts';
import type { PairOption, WindowOptions } from '../../engine/windowOptions.ts';
import { pairOf, windowOf } from '../../engine/windowOptions.ts';
import type { LayerSpec } from '../model/layers.ts';

/** The window of a convolution or pool, with all that its layer leaves out. */
export interface LayerWindow extends Window {
  readonly kernel: Pair;
  readonly overhang: Pair;
}

/**
 * @param spec a checked layer with a kernelSize; a pool moves by its window where nothing else is said
 * @param image height and width of what goes in
 */
export function windowOfLayer(spec: LayerSpec, image: Pair): LayerWindow {
  const kernel = pairOf(spec.kernelSize as PairOption);
  const given = spec as WindowOptions;
  const stride = given.stride ?? (spec.type === 'conv2d' ? 1 : kernel);
  const window = windowOf({ ...given, stride }, kernel);
  const overhang: Pair = spec.ceilMode === true ? ceilOverhang(image, kernel, window) : [0, 0];
  return { kernel, ...window, overhang };
}

/** The same windows without rounding up: what hung over is padding at the bottom and right. */
export function withoutOverhang({ padding, overhang, ...window }: LayerWindow): LayerWindow {
  const [top, left, bottom, right] = padding;
  return { ...window, padding: [top, left, bottom + overhang[0], right + overhang[1]], overhang: [0, 0] };
}

export const hangsOver = ({ overhang }: LayerWindow): boolean => overhang.some((n) => n > 0);

/** Whether padding is there and counts as zeros in a mean; what hangs over never does. */
export const paddingCounts = (spec: LayerSpec, { padding }: Window): boolean =>
  spec.type === 'avgPool2d' && spec.countPadding !== false && padding.some((n) => n > 0);

/** Whether padding is alike on both sides of each axis, as most programs want it. */
export const isSymmetric = ({ padding: [top, left, bottom, right] }: Window): boolean =>
  top === bottom && left === right;
