// What a step learns from and what follows it, against PyTorch: images blended as mixup and cutmix do, by cross_entropy of
// probabilities, and the running average of weights, by torch.optim.swa_utils.AveragedModel. make.py writes the fixture.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import { relativeError } from '../../engine/check/samples.ts';
import * as F from '../../engine/functional.ts';
import { Context } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { nameFromPytorch } from '../../pipeline/interchange/pytorch/names.ts';
import { build, type ModelSpec } from '../../pipeline/model/model.ts';
import { WeightAverage } from '../../pipeline/train/average.ts';
import { Blend, drawMixture } from '../../pipeline/train/blend.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { readFixture } from './fixtures.ts';

interface Blending {
  readonly mixup: number;
  readonly cutmix: number;
  readonly step: number;
  /** of the whole image */
  readonly share?: number;
  /** what is the other's: top, bottom, left, right */
  readonly box?: readonly [number, number, number, number];
}

const SIZE = 6;
const LIMIT = 1e-5;
const fixture = readFixture('lesson');
const blends = fixture.metadata('blends') as Blending[];
const seed = fixture.metadata('seed') as number;
const decays = fixture.metadata('decays') as number[];
const steps = fixture.metadata('steps') as number;

const near = (actual: ArrayLike<number>, name: string): void => {
  const error = relativeError(actual, fixture.tensor(name).data);
  assert.ok(error <= LIMIT, `${name}: off by ${error}`);
};

test('what is blended is what PyTorch blended', () => {
  assert.is(blends.length, 5);
  for (const { step, share = 0, box, ...settings } of blends) {
    const drawn = drawMixture(SIZE, step, { ...settings, seed });
    const [top, bottom, left, right] = box ?? [0, 0, 0, 0];
    const expected = Array.from({ length: SIZE * SIZE }, (_, i) => {
      const [y, x] = [Math.floor(i / SIZE), i % SIZE];
      if (box === undefined) return Math.fround(share);
      return y >= top && y < bottom && x >= left && x < right ? 0 : 1;
    });
    assert.equal([...drawn.mask], expected);
    const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
    assert.ok(Math.abs(drawn.share - mean) < 1e-7);
  }
});

for (const device of devices) {
  const from = (name: string) => {
    const { data, shape } = fixture.tensor(name);
    return Tensor.from(device, data, shape);
  };

  for (const [i, { step, mixup, cutmix }] of blends.entries()) {
    test(`mixup ${mixup}, cutmix ${cutmix}, step ${step}: images, loss and gradients of PyTorch on ${device.kind}`, async () => {
      const blend = new Blend(device, SIZE, { mixup, cutmix, seed });
      blend.advance(step);
      const [weight, bias] = ['weight', 'bias'].map((name) => from(`blend:${name}`).trained());
      const [images, loss] = scope(() => {
        const labels = from('blend:labels');
        const images = blend.images(from('blend:images'));
        const logits = F.linear(F.flatten(images, 1), weight, bias);
        const [own, other] = [labels, blend.labels(labels)].map((each) =>
          F.crossEntropy(logits, each, { reduction: 'none' }),
        );
        const loss = F.mean(blend.losses(own, other));
        backward(loss);
        return [images, loss];
      });
      near(await images.read(), `blend${i}:images`);
      near(await loss.read(), `blend${i}:loss`);
      near(await weight.grad.read(), `blend${i}:dweight`);
      near(await bias.grad.read(), `blend${i}:dbias`);
      for (const owner of [blend, images, loss, weight, bias]) owner.dispose();
    });
  }

  const model: ModelSpec = {
    name: 'averaged',
    input: [1, 6, 6],
    layers: [
      { type: 'conv2d', outChannels: 2, kernelSize: 3 },
      { type: 'batchNorm2d' },
      { type: 'flatten' },
      { type: 'linear', outFeatures: 'classes' },
    ],
  };

  for (const [d, decay] of decays.entries()) {
    test(`a running average by ${decay}: weights and buffers of AveragedModel after each step on ${device.kind}`, async () => {
      const context = new Context(device, 1);
      const [trained, twin] = [build(model, 3, context), build(model, 3, context)];
      const names = [...trained.state().keys()];
      const torchName = new Map(
        ['weight', 'bias', 'running_mean', 'running_var'].flatMap((kind) =>
          ['0', '1', '3'].map((layer) => [nameFromPytorch(`${layer}.${kind}`), `${layer}.${kind}`] as const),
        ),
      );
      const set = (step: number) => {
        for (const [name, tensor] of trained.state())
          tensor.write(fixture.tensor(`step${step}:${torchName.get(name)}`).data);
      };
      set(0);
      const average = new WeightAverage(twin, trained, decay);
      for (let step = 1; step <= steps; step++) {
        set(step);
        average.advance(step);
        average.update();
        for (const name of names) {
          const values = await average.model.state().get(name)!.read();
          near(values, `average${d}:step${step}:${torchName.get(name)}`);
        }
      }
      assert.is(names.length, 8);
      for (const owner of [average, trained, context]) owner.dispose();
    });
  }
}

test.after(closeDevices);
test.run();
