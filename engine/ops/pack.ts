/**
 * pack: tensors side by side in one, row-major, each beginning at a multiple of 64 elements, so that parts of the
 * whole can be bound on their own; zeros between them. Optimisers keep all parameters in one such tensor, and update
 * them in one launch.
 *
 * y[startₖ + i] = xₖ[i]
 *
 * dL/dxₖ = the slice of g at the place of xₖ
 */

import { expectFloat } from '../expect.ts';
import type { ListedOp, NoAttrs } from '../op.ts';
import { packLayout, sizeOf } from '../shape.ts';

export const pack: ListedOp<NoAttrs> = {
  name: 'pack',
  infer(inputs) {
    expectFloat('pack', ...inputs);
    return [{ shape: [packLayout(inputs).length], dtype: inputs[0].dtype }];
  },
  define(inputs, [y]) {
    y.data.fill(0);
    packLayout(inputs).starts.forEach((start, i) => {
      y.data.set(inputs[i].data, start);
    });
  },
  grad({ F, g, inputs, needs }) {
    const { starts } = packLayout(inputs);
    return inputs.map(({ shape }, i) =>
      needs[i] ? F.reshape(F.slice(g, [starts[i]], [sizeOf(shape)]), shape) : null,
    );
  },
  sideBySide: (inputs) => packLayout(inputs).starts,
  gpu: 'pack',
  wasm: 'pack',
  samples: [
    { inputs: ['3,5'], attrs: {} },
    { inputs: ['3,5', '64', '65', ''], attrs: {} },
    { inputs: ['131', '2,0', '7'], attrs: {} },
    { inputs: ['2,3,4,5', '1'], attrs: {} },
    { inputs: ['0'], attrs: {} },
  ],
};
