// Functions that are made of ops speak of themselves and of the shapes that they were given, not of the ops.
import { test } from 'uvu';
import * as F from '../../engine/functional.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';
import { reference } from '../support/devices.ts';

const zeros = (...shape: number[]) => F.zeros(reference, shape);
const labels = (...shape: number[]) =>
  Tensor.from(reference, new Int32Array(shape.reduce((a, b) => a * b, 1)), shape);

const messages: readonly (readonly [() => unknown, string])[] = [
  [() => F.conv1d(zeros(2, 3), zeros(1, 1, 3)), 'conv1d: an input of shape [2,3]; expected rank 3, [N,C,L]'],
  [
    () => F.conv1d(zeros(1, 2, 5), zeros(2, 3)),
    'conv1d: a weight of shape [2,3]; expected rank 3, [O,C/groups,k]',
  ],
  [() => F.maxPool1d(zeros(2, 3), 2), 'maxPool1d: an input of shape [2,3]; expected rank 3, [N,C,L]'],
  [() => F.avgPool1d(zeros(2, 3), 2), 'avgPool1d: an input of shape [2,3]; expected rank 3, [N,C,L]'],
  [() => F.globalMaxPool(zeros(2, 3)), 'globalMaxPool: an input of shape [2,3]; expected rank 4, [N,C,H,W]'],
  [() => F.globalAvgPool(zeros(2, 3)), 'globalAvgPool: an input of shape [2,3]; expected rank 4, [N,C,H,W]'],
  [() => F.batchStatistics(zeros(3)), 'batchStatistics: an input of shape [3]; expected rank 4, [N,C,H,W]'],
  [() => F.nllLoss(zeros(3), labels(3)), 'nllLoss: log-probabilities of shape [3]; expected [N,C,…]'],
  [() => F.nllLoss(zeros(2, 3, 4), labels(2, 5)), 'nllLoss: labels of shape [2,5]; expected [2,4]'],
];

for (const [call, message] of messages) test(message, () => void assertThrows(call, message));

test.run();
