/** oneHot: y[n,c] = 1 where c is label[n], else 0 (labels: [N], int32 → [N,C]). Integers have no gradient. */

import type { FloatType } from '../dtype.ts';
import { expectInt, expectRank } from '../expect.ts';
import type { ListedOp } from '../op.ts';

export interface OneHotAttrs {
  readonly classes: number;
  readonly dtype: FloatType;
}

export const oneHot: ListedOp<OneHotAttrs> = {
  name: 'oneHot',
  infer([labels], { classes, dtype }) {
    expectInt('oneHot', labels);
    expectRank('oneHot', 'labels', labels, 1, '[N]');
    return [{ shape: [labels.shape[0], classes], dtype }];
  },
  define([labels], [y], { classes }) {
    y.data.fill(0);
    for (let row = 0; row < labels.data.length; row++) {
      const label = labels.data[row];
      if (label >= 0 && label < classes) y.data[row * classes + label] = 1;
    }
  },
  grad: { none: 'its input is an index' },
  gpu: 'oneHot',
  wasm: 'oneHot',
  samples: [
    { inputs: ['3 below 5'], attrs: { classes: 5, dtype: 'float32' } },
    { inputs: ['67 below 10'], attrs: { classes: 10, dtype: 'float32' } },
    { inputs: ['5 below 9'], attrs: { classes: 7, dtype: 'float32' } },
    { inputs: ['1 below 1'], attrs: { classes: 1, dtype: 'float32' } },
    { inputs: ['0 below 3'], attrs: { classes: 3, dtype: 'float32' } },
  ],
};
