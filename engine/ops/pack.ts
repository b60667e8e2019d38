/**
 * pack: tensors side by side in one, row-major, each beginning at a multiple of 64 elements, so that parts of the
 * whole can be bound on their own; zeros between them. Optimisers keep all parameters in one such tensor, and update
 * them in one launch.
 *
 * dL/dxₖ = the slice of g at the place of xₖ
 */

import shader from '../../shaders/pack.wgsl';
import type { Spec } from '../devices/launch.ts';
import { elementGrid } from '../devices/launch.ts';
import { expectFloat } from '../expect.ts';
import type { NoAttrs, Op } from '../op.ts';
import { sizeOf } from '../shape.ts';
import { PART } from '../tensor.ts';

/** Where each of the tensors begins in their pack, and its length. */
export function packPlaces(specs: readonly Pick<Spec, 'shape'>[]): { starts: number[]; length: number } {
  const starts: number[] = [];
  let length = 0;
  for (const { shape } of specs) {
    starts.push(length);
    length += Math.ceil(sizeOf(shape) / PART) * PART;
  }
  return { starts, length };
}

export const pack: Op<NoAttrs> = {
  name: 'pack',
  infer(inputs) {
    expectFloat('pack', ...inputs);
    return [{ shape: [packPlaces(inputs).length], dtype: inputs[0].dtype }];
  },
  cpu(inputs, [y]) {
    y.data.fill(0);
    packPlaces(inputs).starts.forEach((start, i) => {
      y.data.set(inputs[i].data, start);
    });
  },
  gpu(inputs, [y]) {
    const { starts, length } = packPlaces(inputs);
    if (sizeOf(y.shape) === 0) return [];
    // One launch per input: an adapter may bind no more than eight buffers at once.
    return inputs.flatMap(({ shape }, i) => {
      const count = sizeOf(shape);
      const end = starts[i + 1] ?? length;
      return count === 0
        ? []
        : [
            {
              shader,
              entry: 'main',
              params: [count, starts[i], end],
              grid: elementGrid(end - starts[i]),
              reads: [i],
            },
          ];
    });
  },
  sideBySide: (inputs) => packPlaces(inputs).starts,
  grad({ F, g, inputs, needs }) {
    const { starts } = packPlaces(inputs);
    return inputs.map(({ shape }, i) =>
      needs[i] ? F.reshape(F.slice(g, [starts[i]], [sizeOf(shape)]), shape) : null,
    );
  },
  samples: [
    { inputs: ['3,5'], attrs: {} },
    { inputs: ['3,5', '64', '65', ''], attrs: {} },
    { inputs: ['131', '2,0', '7'], attrs: {} },
    { inputs: ['2,3,4,5', '1'], attrs: {} },
    { inputs: ['0'], attrs: {} },
  ],
};
