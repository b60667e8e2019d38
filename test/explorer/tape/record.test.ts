// A tape has what the engine makes without one: the loss, every gradient, and the weights after the step.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward, type Device, F, Random, scope, Tensor } from '../../../engine/index.ts';
import { record } from '../../../explorer/tape/record.ts';
import type { Tape, Use } from '../../../explorer/tape/tape.ts';
import { builtInModels } from '../../../pipeline/model/model.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { Rig } from '../../../pipeline/train/rig.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { closeDevices, devices } from '../../support/devices.ts';

const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const random = new Random(5);
const image = Float32Array.from({ length: 784 }, () => random.uniform(-1, 1));

const rigOn = (device: Device, name: string): Rig =>
  new Rig(device, {
    model: builtInModels[name],
    classes,
    recipe: recipes.mnist,
    settings: resolveSettings({ seed: 3 }),
  });

const close = (a: ArrayLike<number>, b: ArrayLike<number>, what: string): void => {
  assert.is(a.length, b.length, what);
  const largest = Math.max(1e-3, ...Array.from(b, Math.abs));
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i] - b[i]) <= 1e-5 * largest, `${what} ${i}: ${a[i]}, expected ${b[i]}`);
};

const numbers = (tape: Tape, use: Use): ArrayLike<number> => tape.values[use.value].data;

for (const device of devices) {
  // What residual layers have inside is the same on all devices.
  for (const name of device.kind === 'wasm' ? ['lenet', 'resnet'] : ['lenet']) {
    test(`a tape of ${name} on ${device.kind} has the engine's numbers`, async () => {
      const rig = rigOn(device, name);
      const tape = await record(rig, image, [1, 28, 28], 7);
      rig.dispose();

      const plain = rigOn(device, name);
      plain.model.eval();
      const loss = scope(() => {
        const x = Tensor.from(device, image, [1, 1, 28, 28]);
        const losses = F.crossEntropy(plain.model.forward(x), Tensor.from(device, Int32Array.of(7)));
        backward(losses);
        return losses;
      });
      close(numbers(tape, tape.loss), await loss.read(), 'loss');
      const traced = new Map(tape.layers.flatMap(({ parameters }) => parameters).map((p) => [p.name, p]));
      const parameters = plain.model.parameters();
      assert.equal([...traced.keys()].sort(), [...parameters.keys()].sort());
      for (const [path, parameter] of parameters) {
        close(numbers(tape, traced.get(path)!.weight), await parameter.read(), `${path} before`);
        close(numbers(tape, traced.get(path)!.gradient), await parameter.grad.read(), `${path}, gradient`);
      }
      plain.optimizer.step();
      for (const [path, parameter] of parameters)
        close(numbers(tape, traced.get(path)!.updated), await parameter.read(), `${path} after`);
      plain.dispose();
    });
  }
}

test('all that runs is noted, in the order of the phases', async () => {
  const rig = rigOn(devices[0], 'lenet');
  const { launches } = await record(rig, image, [1, 28, 28], 7);
  const forward = launches.filter(({ phase }) => phase === 'forward').map(({ op }) => op);
  assert.equal(forward.slice(0, 6), ['conv2d', 'relu', 'maxPool2d', 'conv2d', 'relu', 'maxPool2d']);
  assert.equal(forward.slice(-2), ['softmax', 'crossEntropy']);
  assert.ok(launches.some(({ op, phase }) => op === 'conv2dWeightGrad' && phase === 'backward'));
  assert.is(launches.at(-1)!.op, 'adamStep');
  rig.dispose();
});

test.after(closeDevices);
test.run();
