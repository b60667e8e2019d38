// ONNX's own operator cases, on every device. They lie beside the project; a plain clone has none of them.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { adapter, Call } from './adapter.ts';
import type { OnnxTensor } from './read.ts';
import { readNode, readTensor } from './read.ts';

const FOLDER = join('..', 'shared', 'conformance', 'onnx-node');

const random = "its mask comes from NumPy's random generator; ours is Philox";

/** The cases that are not run, each with its reason. */
const excluded: Readonly<Record<string, string>> = {
  test_training_dropout: random,
  test_training_dropout_default: random,
  test_training_dropout_default_mask: random,
  test_training_dropout_mask: random,
  test_maxpool_2d_uint8: 'the engine computes with float and int32; it has no uint8 tensors',
};

/** The tolerances of ONNX's own runner, number by number: no case needs DESIGN's wider one for sums. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-7;

interface Case {
  readonly name: string;
  readonly path: string;
}

/** The files input_0.pb, input_1.pb … or output_0.pb … of a case. */
function tensorsOf({ path }: Case, kind: 'input' | 'output'): OnnxTensor[] {
  const tensors: OnnxTensor[] = [];
  const file = () => join(path, 'test_data_set_0', `${kind}_${tensors.length}.pb`);
  while (existsSync(file())) tensors.push(readTensor(file()));
  return tensors;
}

function compare(what: string, shape: readonly number[], values: ArrayLike<number>, expected: OnnxTensor) {
  assert.equal([...shape], [...expected.shape], `${what}: its shape`);
  assert.is(values.length, expected.data.length, `${what}: its size`);
  // Masks and indices are whole numbers: they are to be equal.
  const [relative, absolute] = expected.type === 'float' ? [RELATIVE, ABSOLUTE] : [0, 0];
  expected.data.forEach((right, i) => {
    const near =
      Object.is(values[i], right) || Math.abs(values[i] - right) <= absolute + relative * Math.abs(right);
    assert.ok(near, `${what}, element ${i}: ${values[i]}; expected ${right}`);
  });
}

async function run(device: Device, one: Case): Promise<void> {
  const node = readNode(join(one.path, 'model.onnx'));
  const operator = adapter[node.op];
  assert.ok(operator, `the adapter has no ${node.op}`);
  const call = new Call(device, node, tensorsOf(one, 'input'));
  const outputs = scope(() => noGrad(() => operator(call)));
  const expected = tensorsOf(one, 'output');
  assert.is(outputs.length, expected.length, 'the number of outputs');
  for (const [i, { tensor, translate = (values: TypedArray) => values }] of outputs.entries()) {
    compare(`output ${i}`, tensor.shape, translate(await tensor.read()), expected[i]);
    tensor.dispose();
  }
}

if (existsSync(FOLDER)) {
  const cases = readdirSync(FOLDER)
    .filter((name) => name.startsWith('test_'))
    .map((name): Case => ({ name, path: join(FOLDER, name) }));
  const passed = new Map(devices.map((device) => [device, new Set<string>()]));

  for (const one of cases.filter(({ name }) => !(name in excluded))) {
    for (const device of devices) {
      test(`${one.name} on ${device.kind}`, async () => {
        await run(device, one);
        passed.get(device)?.add(one.name);
      });
    }
  }

  test('all cases but those excluded ran on every device', () => {
    const names = cases.map(({ name }) => name);
    assert.is(names.length, 178);
    for (const name of Object.keys(excluded)) assert.ok(names.includes(name), `there is no case ${name}`);
    for (const [device, done] of passed) {
      assert.equal([...done, ...Object.keys(excluded)].sort(), names.sort(), `cases on ${device.kind}`);
      assert.ok(done.size >= 160, `${done.size} cases on ${device.kind}`);
    }
  });

  test('the adapter has the operators of the cases and no others', () => {
    const used = cases.map(({ path }) => readNode(join(path, 'model.onnx')).op);
    assert.equal(Object.keys(adapter).sort(), [...new Set(used)].sort());
  });
} else {
  console.log(`${FOLDER} is not there: the ONNX operator cases are not run`);

  test('the adapter names its operators', () => {
    assert.is(Object.keys(adapter).length, 21);
    for (const [name, operator] of Object.entries(adapter)) assert.type(operator, 'function', name);
  });
}

test.after(closeDevices);
test.run();
