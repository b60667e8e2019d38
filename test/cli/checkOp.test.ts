// The checks themselves can fail: an op whose kernel, gradient or second derivative is wrong is found out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkOp } from '../../cli/commands/gradcheck/checkOp.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { reference } from '../support/devices.ts';

const device = new CpuDevice();

test('a right op passes', async () => {
  const report = await checkOp(ops.tanh, device, reference);
  assert.ok(report.passed);
  assert.is(report.cases, ops.tanh.samples.length);
  assert.ok(report.differences !== null && report.differences < 1e-6);
});

test('an op without a gradient is checked for its numbers alone', async () => {
  const { passed, forward, gradient, differences } = await checkOp(ops.equal, device, reference);
  assert.equal(
    { passed, forward, gradient, differences },
    { passed: true, forward: 0, gradient: null, differences: null },
  );
});

const wrong: Record<string, ListedOp> = {
  'a gradient of the wrong sign': { ...ops.exp, grad: ({ F, g, outputs: [y] }) => [F.neg(F.mul(g, y))] },
  'a gradient off by a thousandth': {
    ...ops.exp,
    grad: ({ F, g, outputs: [y] }) => [F.mul(F.mul(g, y), 1.001)],
  },
  // eˣ cut off from the graph: the slope is right, the slope of the slope is 0.
  'a second derivative that is left out': {
    ...ops.exp,
    grad: ({ F, g, outputs: [y] }) => [F.mul(g, y.detach())],
  },
  'a kernel that depends on the float type': {
    ...ops.exp,
    define([x], [y]) {
      const scale = y.data instanceof Float64Array ? 1 : 1.001;
      x.data.forEach((value, i) => {
        y.data[i] = scale * Math.exp(value);
      });
    },
  },
};

for (const [name, op] of Object.entries(wrong)) {
  test(`${name} is found out`, async () => {
    assert.not((await checkOp(op, device, reference)).passed);
  });
}

test.run();
