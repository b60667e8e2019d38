import { direct } from './direct.ts';
import type { Override } from './launch.ts';
import { winograd } from './winograd.ts';

/**
 * Fewest channels, and filters, for which transforms pay. Measured at batches of 1 to 256 on one thread of an AMD EPYC (Zen 5): from
 * 4 channels to 8 filters on Winograd takes 0.23 to 0.95 of the time, with one channel 1.4 to 2.6 times as long.
 */
const FEWEST = 4;

/** Winograd where it can be and pays, else the windows themselves. Both factors have their channels as the second axis. */
function choose<A extends { readonly groups: number }>(fast: Override<A>, general: Override<A>): Override<A> {
  return (inputs, outputs, attrs) => {
    const isWide = [...inputs.slice(0, 2), outputs[0]].every(({ shape }) => shape[1] >= FEWEST);
    return (isWide ? fast(inputs, outputs, attrs) : null) ?? general(inputs, outputs, attrs);
  };
}

/** How each kernel of a convolution is made. */
export const convolutions = {
  conv2d: choose(winograd.conv2d, direct.conv2d),
  convRelu: choose(winograd.convRelu, direct.convRelu),
  conv2dInputGrad: choose(winograd.conv2dInputGrad, direct.conv2dInputGrad),
  conv2dWeightGrad: choose(winograd.conv2dWeightGrad, direct.conv2dWeightGrad),
};
