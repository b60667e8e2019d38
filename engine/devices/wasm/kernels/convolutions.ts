import type { WasmKernel } from '../launch.ts';
import * as direct from './direct.ts';
import * as winograd from './winograd.ts';

/**
 * Fewest channels, and filters, for which transforms pay. Measured at batches of 1 to 256 on one thread of an AMD EPYC (Zen 5): from
 * 4 channels to 8 filters on Winograd takes 0.23 to 0.95 of the time, with one channel 1.4 to 2.6 times as long.
 */
const FEWEST = 4;

/**
 * Winograd where the device has it, where it can be and where it pays, else the windows themselves. Both factors have
 * their channels as the second axis.
 */
const either =
  <A extends object>(fast: WasmKernel<A>, general: WasmKernel<A>): WasmKernel<A> =>
  (inputs, outputs, attrs, traits) => {
    const isWide = [...inputs.slice(0, 2), outputs[0]].every(({ shape }) => shape[1] >= FEWEST);
    const chosen = traits.winograd && isWide ? fast(inputs, outputs, attrs, traits) : null;
    return chosen ?? general(inputs, outputs, attrs, traits);
  };

export const conv2d = either(winograd.conv2d, direct.conv2d);
export const convRelu = either(winograd.convRelu, direct.convRelu);
export const conv2dInputGrad = either(winograd.conv2dInputGrad, direct.conv2dInputGrad);
export const conv2dWeightGrad = either(winograd.conv2dWeightGrad, direct.conv2dWeightGrad);
