/** Images of another size. */

import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Resampling } from '../ops/resampling.ts';
import type { Tensor } from '../tensor.ts';
import type { PairOption } from '../windowOptions.ts';
import { pairOf } from '../windowOptions.ts';

/**
 * x [N,C,H,W] → [N,C,...size], between pixels or from the nearest one. Whole images cover each other, as in PyTorch's
 * interpolate and in WebNN, or with `alignCorners` the centres of their corners do.
 */
export const resize2d = (
  x: Tensor,
  size: PairOption,
  { mode = 'bilinear', alignCorners = false }: Partial<Omit<Resampling, 'size'>> = {},
): Tensor => apply(ops.resize2d, [x], { size: pairOf(size), mode, alignCorners })[0];

export const resize2dGrad = (g: Tensor, attrs: Resampling): Tensor => apply(ops.resize2dGrad, [g], attrs)[0];
