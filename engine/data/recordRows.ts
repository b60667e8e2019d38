/**
 * recordRows: notes what became of each row of a batch, to be read later, many batches at a time: its loss and the class
 * that the logits name (losses: [N], logits: [N,C], cursor: [from, row], int32, rows: [M,2], updated in place).
 *
 * rows[(cursor₁ + i) mod M] = (losses[i], the first c with the largest logits[i,c]); a NaN counts as the largest
 */

import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp, NoAttrs } from '../op.ts';
import { isLarger } from '../ops/isLarger.ts';

export const recordRows: ListedOp<NoAttrs> = {
  name: 'recordRows',
  inPlace: 1,
  infer([losses, logits, cursor, rows]) {
    expectFloat('recordRows', losses, logits, rows);
    expectInt('recordRows', cursor);
    expectRank('recordRows', 'logits', logits, 2, '[N,C]');
    expectShape('recordRows', 'losses', losses, [logits.shape[0]]);
    expectShape('recordRows', 'a cursor', cursor, [2]);
    expectRank('recordRows', 'a target', rows, 2, '[M,2]');
    expectShape('recordRows', 'a target', rows, [rows.shape[0], 2]);
    return [rows];
  },
  define([losses, logits, cursor], [rows]) {
    const [n, classes] = logits.shape;
    const [length] = rows.shape;
    for (let i = 0; i < n; i++) {
      let best = 0;
      for (let c = 1; c < classes; c++) {
        if (isLarger(logits.data[i * classes + c], logits.data[i * classes + best])) best = c;
      }
      const at = 2 * ((cursor.data[1] + i) % length);
      rows.data[at] = losses.data[i];
      rows.data[at + 1] = best;
    }
  },
  grad: { none: 'it notes results, outside of the graph' },
  gpu: 'recordRows',
  wasm: 'recordRows',
  samples: [
    { inputs: ['3', '3,5', '2 below 9', '7,2'], attrs: {} },
    { inputs: ['67', '67,10', '2 below 60', '131,2'], attrs: {} },
    { inputs: ['1', '1,1', '2 below 1', '1,2'], attrs: {} },
    { inputs: ['2', '2,131', '2 below 5', '5,2'], attrs: {} },
    { inputs: ['0', '0,3', '2 below 5', '4,2'], attrs: {} },
  ],
};
