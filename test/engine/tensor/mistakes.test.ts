// What newcomers get wrong with tensors, gradients and devices: each is refused in a line that says what to do.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward, grad } from '../../../engine/autograd.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { openDevice } from '../../../engine/devices/open.ts';
import { WasmDevice } from '../../../engine/devices/wasm/device.ts';
import { openWasm } from '../../../engine/devices/wasm/open.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { openWebGpu } from '../../../engine/devices/webgpu/open.ts';
import { InkgradError } from '../../../engine/errors.ts';
import * as F from '../../../engine/functional.ts';
import { noGrad } from '../../../engine/graph.ts';
import { Random } from '../../../engine/random.ts';
import { keep, scope } from '../../../engine/scope.ts';
import { Tensor } from '../../../engine/tensor.ts';

const device = new CpuDevice();
const x = Tensor.from(device, [1, 2, 3]);
const w = Tensor.from(device, [1, 2, 3]).trained();
const sum = F.sum(w);

// biome-ignore lint/suspicious/noExplicitAny: what a program without types may do
type Any = any;

const untrained =
  'backward: no trained tensor leads to this output; mark a parameter with trained() before it is used, outside of noGrad()';
const seed = (said: string) => `Random: ${said} as seed; expected a whole number from 0 to 2⁵³ − 1`;

const mistakes: readonly (readonly [action: () => unknown, message: string])[] = [
  [() => backward(undefined as Any), 'backward: undefined; expected the tensor of a loss: backward(loss)'],
  [() => backward(3 as Any), 'backward: 3; expected the tensor of a loss: backward(loss)'],
  [() => backward(sum.item() as Any), 'backward: a Promise; expected the tensor of a loss: backward(loss)'],
  [
    () => backward(F.mul(w, 2)),
    'backward: an output of shape [3]; make it one number by F.mean or F.sum, or give gradOutput',
  ],
  [() => backward(x), untrained],
  [() => backward(noGrad(() => F.sum(w))), untrained],
  [() => backward(F.mul(w, 2), x as Any), 'backward: a tensor where options belong; write { gradOutput: … }'],
  [() => backward(sum, { gradient: x } as Any), 'backward: no option "gradient"; did you mean "gradOutput"?'],
  [
    () => backward(sum, { createGraph: true } as Any),
    'backward: no option "createGraph"; it takes gradOutput',
  ],
  [() => grad(sum, w as Any), 'grad: a tensor as inputs; expected an array: grad(loss, [x])'],
  [() => grad(sum, undefined as Any), 'grad: undefined as inputs; expected an array: grad(loss, [x])'],
  [() => grad(sum, [w, x]), 'grad: input 1, [3] is not trained; mark it with trained() before it is used'],
  [() => grad(sum, [undefined] as Any), 'grad: input 0, undefined; mark it with trained() before it is used'],
  [
    () => grad(sum, [w], { create_graph: true } as Any),
    'grad: no option "create_graph"; did you mean "createGraph"?',
  ],
  [
    () => {
      w.grad = 3 as Any;
    },
    'grad: 3 as the gradient of [3]; expected a tensor of that shape, or null',
  ],
  [
    () => {
      w.grad = sum;
    },
    'grad: [] as the gradient of [3]; expected a tensor of that shape, or null',
  ],
  [() => F.concat([x, [1] as Any]), 'concat: input 2 is an array; make it a tensor: Tensor.from(…)'],
  [() => F.concat([undefined as Any, x]), 'concat: input 1 is undefined; expected a tensor'],
  [() => F.relu([1] as Any), 'relu: its input is an array; make it a tensor: Tensor.from(…)'],
  [
    () => F.add(x, Tensor.from(new CpuDevice(), [1, 2, 3])),
    'add: inputs on different devices, cpu and cpu; expected one: Tensor.from(device, data)',
  ],
  [() => x.view(3 as Any), 'tensor: 3 as shape; expected an array such as [2, 3]'],
  [
    () => Tensor.empty([2] as Any, [2]),
    'tensor: an array as device; write Tensor.empty(device, [2, 3]) or F.zeros([2, 3])',
  ],
  [() => scope(x as Any), 'scope: a tensor; expected a function: scope(() => …)'],
  [() => noGrad(sum as Any), 'noGrad: a tensor; expected a function: noGrad(() => …)'],
  [() => keep([x] as Any), 'keep: an array; expected a tensor, of several each: tensors.map(keep)'],
  [
    () => new CpuDevice({ float: 'float64' } as Any),
    'CpuDevice: no option "float"; did you mean "floatType"?',
  ],
  [
    () => new CpuDevice({ floatType: 'f64' } as Any),
    'CpuDevice: floatType "f64"; expected float32 or float64',
  ],
  [() => new CpuDevice('float64' as Any), 'CpuDevice: a string where options belong; write { floatType: … }'],
  [() => new (WasmDevice as Any)(), "wasm: made with new; write await openDevice('wasm')"],
  [() => new (WebGpuDevice as Any)({}), "webgpu: made with new; write await openDevice('webgpu')"],
  [() => new Random('a' as Any), seed('"a"')],
  [() => new Random(undefined as Any), seed('undefined')],
  [() => new Random(1.5), seed('1.5')],
  [() => new Random(-1), seed('-1')],
  [() => device.capture(sum as Any), 'capture: a tensor; expected a function: capture(() => …)'],
  [
    async () => (await device.capture(() => sum as Any)).run(),
    'capture: the step returned a tensor; expected an array of tensors, [loss], or [] for none',
  ],
  [
    async () => (await device.capture(() => [sum, 3] as Any)).run(),
    'capture: the step returned 3 as output 1; expected an array of tensors, [loss], or [] for none',
  ],
  [() => openDevice('gpu' as Any), 'openDevice: no kind "gpu"; did you mean \'webgpu\'?'],
  [() => openDevice('WASM' as Any), 'openDevice: no kind "WASM"; did you mean \'wasm\'?'],
  [() => openDevice('tpu-v5' as Any), 'openDevice: no kind "tpu-v5"; expected cpu, wasm, webgpu, auto'],
  [
    () => openDevice({ threads: 1 } as Any),
    "openDevice: options where a kind belongs; write openDevice('auto', { … })",
  ],
  [
    () => openDevice('cpu', { threads: 1 } as Any),
    'CpuDevice: no option "threads"; it takes floatType, definitions, poison',
  ],
  [() => openDevice('webgpu', { threads: 1 } as Any), 'openDevice: no option "threads"; it takes gpu'],
  [() => openDevice('auto', { thread: 1 } as Any), 'openDevice: no option "thread"; did you mean "threads"?'],
  [() => openWasm({ treads: 2 } as Any), 'openWasm: no option "treads"; did you mean "threads"?'],
  [() => openWasm(2 as Any), 'openWasm: 2 where options belong; write { threads: 2 }'],
  [() => openWasm({ threads: 0 }), 'openWasm: threads 0; expected a whole number from 1 to 512'],
  [() => openWasm({ threads: 1e6 }), 'openWasm: threads 1000000; expected a whole number from 1 to 512'],
  [() => openWasm({ threads: '2' } as Any), 'openWasm: threads "2"; expected a whole number from 1 to 512'],
  [() => openWebGpu({} as Any), 'webgpu: an object as gpu; expected navigator.gpu, or leave it out'],
];

for (const [i, [action, message]] of mistakes.entries()) {
  test(`${i} ${message}`, async () => {
    try {
      await action();
    } catch (error) {
      assert.instance(error, InkgradError, String((error as Error).stack));
      return assert.is((error as Error).message, message);
    }
    assert.unreachable('nothing was refused');
  });
}

test('as JSON a tensor is its text', () => {
  assert.is(JSON.stringify({ x }), '{"x":"Tensor [3] float32 on cpu [1, 2, 3]"}');
});

test.run();
