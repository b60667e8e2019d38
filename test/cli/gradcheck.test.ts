// `inkgrad gradcheck`: a table of the ops, on the device that is asked for.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ops } from '../../engine/ops/index.ts';
import { inkgrad } from '../support/cli.ts';

test('every op passes on the CPU', async () => {
  const { code, stdout } = await inkgrad(['gradcheck', '--json']);
  assert.is(code, 0);
  const reports = JSON.parse(stdout) as { op: string; device: string; passed: boolean }[];
  assert.equal(
    reports.map(({ op }) => op),
    Object.keys(ops),
  );
  assert.ok(reports.every(({ passed, device }) => passed && device === 'cpu'));
});

test('named ops are checked on WebGPU, as a table', async () => {
  const { code, stdout } = await inkgrad(['gradcheck', 'logSoftmax', 'softmax', '--device', 'webgpu']);
  assert.is(code, 0);
  assert.match(stdout, /^logSoftmax +webgpu +\d+ +\d\.\de-\d+ .* ok$/m);
  assert.match(stdout, /^softmax +webgpu /m);
  assert.match(stdout, /2 of 2 ops passed/);
});

test('an op that is not there is refused, with the nearest name', async () => {
  const { code, stderr } = await inkgrad(['gradcheck', 'conv3d']);
  assert.is(code, 1);
  assert.is(stderr, 'inkgrad: conv3d: no such op; did you mean conv2d?\n');
});

test.run();
