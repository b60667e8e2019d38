// What does not fit is refused. The words for it stand in docs/ops.md, which test/docs/ops.test.ts holds; here, that
// no shape rule can refuse without standing there, and what is refused around the ops.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { InkgradError, ShapeError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { SGD } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';
import { refusalsOf } from '../support/refusals.ts';
import { throwsOf } from '../support/throws.ts';

for (const op of Object.values<ListedOp>(ops)) {
  test(`${op.name}: each rule refuses something that is one step away from a sample`, () => {
    const { messages, traces } = refusalsOf(op);
    for (const message of messages) {
      assert.match(message, /^\w+: .*expected/);
      assert.not.match(message, /\n|undefined|\[object/);
    }
    const ways = throwsOf(op.infer);
    assert.ok(ways.length > 0, 'its shape rule checks nothing');
    const untried = ways.filter(
      (way) => !traces.some((trace) => way.every(({ line }) => trace.includes(line))),
    );
    assert.equal(
      untried.map((way) => way.map(({ text }) => text)),
      [],
    );
  });
}

const device = new CpuDevice();
const zeros = (...shape: number[]) => F.zeros(device, shape);
const labels = (shape: number[], ...values: number[]) => Tensor.from(device, Int32Array.from(values), shape);

/** What functions, tensors and graphs say, before an op sees its inputs. */
const around: readonly [action: () => unknown, message: string][] = [
  [() => F.concat([]), 'concat: no inputs; expected at least one tensor'],
  [() => F.pack([]), 'pack: no inputs; expected at least one tensor'],
  [
    () => F.add(zeros(4), F.zeros(new CpuDevice(), [4])),
    'add: inputs on different devices, cpu and cpu; expected one: Tensor.from(device, data)',
  ],
  [
    () => F.maxPool2d(zeros(1, 1, 2, 2), 2, { stride: [1, 1, 1] }),
    'window: [1,1,1]; expected one number or two',
  ],
  [
    () => F.avgPool2d(zeros(1, 1, 2, 2), 2, { stride: [2, 1], padding: 'same' }),
    "window: padding 'same' with stride [2,1]; expected stride 1, or padding in numbers",
  ],
  [() => F.mean(zeros(4), { axes: [3] }), 'mean: axis 3 of a tensor of rank 1; expected -1 to 0'],
  [() => F.flatten(zeros(4), 1), 'flatten: axis 1 of a tensor of rank 1; expected -1 to 0'],
  [
    () => F.mul(zeros(4), zeros(2)),
    'mul: shapes [4] and [2] do not broadcast; expected equal axes, or 1, counted from the last',
  ],
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
  [
    () => F.nllLoss(zeros(3), labels([3], 0, 0, 0)),
    'nllLoss: logProbabilities of shape [3]; expected [N,C,…]; F.reshape(logProbabilities, [1, 3]) is one row',
  ],
  [() => F.nllLoss(zeros(1, 3, 2), labels([1, 1], 0)), 'nllLoss: labels of shape [1,1]; expected [1,2]'],
  [() => F.min(zeros(0, 3)), 'min: no elements along axes [0,1] of [0,3]; expected at least one'],
  [
    () => F.logSumExp(zeros(2, 0), { axes: [-1] }),
    'logSumExp: no elements along axes [1] of [2,0]; expected at least one',
  ],
  [() => F.min(zeros(4), { axes: [1] }), 'min: axis 1 of a tensor of rank 1; expected -1 to 0'],
  [() => F.gather(zeros(4), [0, 4]), 'gather: index 4 on axis 0 of [4]; expected -4 to 3'],
  [() => F.gather(zeros(2, 3), [-4], -1), 'gather: index -4 on axis -1 of [2,3]; expected -3 to 2'],
  [() => F.gather(zeros(4), [0.5]), 'gather: index 0.5 on axis 0 of [4]; expected -4 to 3'],
  [() => F.gather(zeros(0), [0]), 'gather: indices [1] into an axis of length 0; expected at least 1'],
  // What is made of other functions refuses in its own name.
  [() => F.mean(labels([1], 0)), 'mean: an int32 tensor of shape [1]; expected float'],
  [() => F.norm(zeros(3), { axes: [1] }), 'norm: axis 1 of a tensor of rank 1; expected -1 to 0'],
  [() => F.prod(labels([2], 0, 1)), 'prod: an int32 tensor of shape [2]; expected float'],
  [
    () => F.spread(zeros(3), [1], [2], [1]),
    'spread: start [1], size [3] and steps [1] of [2]; expected places inside it, and steps other than 0',
  ],
  [() => F.sumTo(zeros(1, 3), [2]), 'sumTo: [3] to [2]; expected 3 elements and at most one -1'],
  [() => F.selu(labels([1], 0)), 'selu: an int32 tensor of shape [1]; expected float'],
  [() => F.hardSwish(labels([1], 0)), 'hardSwish: an int32 tensor of shape [1]; expected float'],
  [
    () => F.notEqual(zeros(3), zeros(2)),
    'notEqual: shapes [3] and [2] do not broadcast; expected equal axes, or 1, counted from the last',
  ],
  [
    () => F.greater(zeros(3), zeros(2)),
    'greater: shapes [2] and [3] do not broadcast; expected equal axes, or 1, counted from the last',
  ],
  [
    () => F.greaterEqual(zeros(3), zeros(2)),
    'greaterEqual: shapes [2] and [3] do not broadcast; expected equal axes, or 1, counted from the last',
  ],
  [
    () => F.prelu(zeros(2, 3), zeros(2)),
    'prelu: shapes [2,3] and [2] do not broadcast; expected equal axes, or 1, counted from the last',
  ],
  [
    () => F.where(zeros(3), zeros(2), zeros(3)),
    'where: shapes [2] and [3] do not broadcast; expected equal axes, or 1, counted from the last',
  ],
  [() => F.gemm(zeros(2, 3), zeros(4, 5)), 'gemm: [2,3] · [4,5]; expected 3 rows on the right, got 4'],
  [() => F.linear(zeros(2, 3), zeros(4, 5)), 'linear: [2,3] · [4,5]ᵀ; expected 3 rows on the right, got 5'],
  [() => F.layerNorm(zeros(2, 3), [3], zeros(2)), 'layerNorm: a weight of shape [2]; expected [3]'],
  [() => F.groupNorm(zeros(2, 4), 2, null, zeros(2)), 'groupNorm: a bias of shape [2]; expected [4]'],
  [() => F.instanceNorm(zeros(3)), 'instanceNorm: 1 groups of [3]; expected [N,C,…], C in equal groups'],
  [() => F.instanceNorm(zeros(2, 3), zeros(2)), 'instanceNorm: a weight of shape [2]; expected [3]'],
  [
    () => F.pad(zeros(2), [1], [1], 'edge' as 'reflect'),
    'pad: edge; expected a number, replicate, reflect, symmetric',
  ],
  [
    () => F.conv1d(zeros(1, 2, 3), zeros(1, 2, 5)),
    'conv1d: a window [1,5] with dilation [1,1] on an image [1,3] with padding [0,0,0,0]; expected a window that fits into the image',
  ],
  [
    () => F.maxPool1d(zeros(1, 2, 3), 5),
    'maxPool1d: a window [1,5] with dilation [1,1] on an image [1,3] with padding [0,0,0,0]; expected a window that fits into the image',
  ],
  [
    () => F.convTranspose2d(zeros(1, 2, 5, 5), zeros(3, 4, 2, 2)),
    'convTranspose2d: a weight of shape [3,4,2,2]; expected [2,4,2,2]',
  ],
  [
    () => F.convTranspose2d(zeros(1, 2, 5, 5), zeros(2, 3, 2, 2), zeros(2)),
    'convTranspose2d: a bias of shape [2]; expected [3]',
  ],
  [
    () => F.globalMaxPool(zeros(1, 2, 0, 3)),
    'globalMaxPool: no elements along axes [2,3] of [1,2,0,3]; expected at least one',
  ],
  [
    () => F.batchNorm2d(zeros(2, 3), { mean: zeros(3), variance: zeros(3) }, zeros(3), zeros(3)),
    'batchNorm2d: an input of shape [2,3]; expected rank 4, [N,C,H,W]',
  ],
  [
    () => F.batchNorm2d(zeros(1, 3, 2, 2), { mean: zeros(3), variance: zeros(1) }, zeros(3), zeros(3)),
    'batchNorm2d: a variance of shape [1]; expected [3]',
  ],
  [
    () => F.crossEntropy(zeros(2, 3, 4), labels([2, 1], 0, 0)),
    'crossEntropy: labels of shape [2,1]; expected [2,4]',
  ],
  [
    () => F.nllLoss(zeros(2, 3), zeros(2)),
    'nllLoss: labels are float32 of shape [2]; expected class numbers, int32: Tensor.from(Int32Array.from(labels))',
  ],
  [
    () => F.nllLoss(zeros(2, 3), labels([2], 0, 0), { weight: zeros(4) }),
    'nllLoss: a weight of shape [4]; expected [3]',
  ],
  [() => F.flip(zeros(4), [1]), 'flip: axis 1 of a tensor of rank 1; expected -1 to 0'],
  [() => F.tile(zeros(2, 3), [2]), 'tile: repeats [2] for [2,3]; expected 2 whole numbers ≥ 0 each'],
  [() => F.tile(zeros(3), [-1]), 'tile: repeats [-1] for [3]; expected 1 whole numbers ≥ 0 each'],
  [() => F.prod(zeros(4), { axes: [1] }), 'prod: axis 1 of a tensor of rank 1; expected -1 to 0'],
  [() => F.layerNorm(zeros(2, 3), [2]), 'layerNorm: an input of shape [2,3]; expected [2,2]'],
  [() => F.groupNorm(zeros(2, 3), 2), 'groupNorm: 2 groups of [2,3]; expected [N,C,…], C in equal groups'],
  [
    () => F.pad(zeros(3), [0], [-1], 'reflect'),
    'pad: low [0] and high [-1] for [3]; expected 1 whole numbers ≥ 0 each',
  ],
  [
    () => F.pad(zeros(3), [3], [0], 'reflect'),
    'pad: low [3] and high [0] for [3], reflect; expected at most 2 on axis 0',
  ],
  [
    () => F.pad(zeros(2, 3), [0, 1], [0, 4], 'symmetric'),
    'pad: low [0,1] and high [0,4] for [2,3], symmetric; expected at most 3 on axis 1',
  ],
  [
    () => F.pad(zeros(0), [1], [0], 'replicate'),
    'pad: low [1] and high [0] for [0], replicate; expected at most 0 on axis 0',
  ],
  [
    () => F.convTranspose2d(zeros(1, 1, 2, 2), zeros(1, 1, 2, 2), null, { stride: 2, outputPadding: 2 }),
    'convTranspose2d: outputPadding [2,2]; expected less than stride [2,2] or dilation [1,1]',
  ],
  [() => Tensor.from(device, [1, 2], [3]), 'tensor: 2 values for shape [3]; expected 3'],
  [() => zeros(4).view([5]), 'tensor: [4] viewed as [5]; expected 4 elements'],
  [() => zeros(4).write([1]), 'tensor: 1 values written to [4]; expected 4'],
  [
    () => F.reshape(zeros(4), [4, 1, 1, 1, 1, 1, 1, 1, 1]),
    'tensor: shape [4,1,1,1,1,1,1,1,1]; expected at most 8 whole numbers ≥ 0',
  ],
];

for (const [action, message] of around) {
  test(message, () => void scope(() => assert.instance(assertThrows(action, message), ShapeError)));
}

const trained = (...values: number[]) => Tensor.from(device, values).trained();
const fails = async () => {
  throw new Error('nobody waits for this');
};

/** What graphs and optimisers say of what would go wrong without a word. */
const graphs: readonly [action: () => unknown, message: string][] = [
  [() => noGrad(fails), 'noGrad: its body is asynchronous; read results after the noGrad'],
  [() => scope(fails), 'scope: its body is asynchronous; read results after the scope'],
  [
    () => backward(scope(() => F.sum(F.add(trained(1), 1)))),
    'backward: a tensor [1] of the graph was freed; call backward() in the scope of the forward pass, or keep() it',
  ],
  [
    () => {
      const w = trained(2);
      const y = F.sum(F.mul(w, w));
      w.write([3]);
      backward(y);
    },
    "backward: the gradient of mul needs [1] as it was, and it was written since; call backward() before write() or an optimiser's step",
  ],
  [
    () => {
      const w = trained(2);
      new SGD([w, w.detach()], { lr: 1 });
    },
    'SGD: two parameters share memory; give it one of them',
  ],
];

for (const [action, message] of graphs) {
  test(message, () => void scope(() => assert.instance(assertThrows(action, message), InkgradError)));
}

test.run();
