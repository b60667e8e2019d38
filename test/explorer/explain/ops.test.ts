// Every number that the explorer explains is the engine's: for every op, on every sample, what the explanation comes to
// is what the device has.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onDevice, sampleValues } from '../../../engine/check/samples.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { apply, update } from '../../../engine/graph.ts';
import type { ListedOp } from '../../../engine/op.ts';
import { ops } from '../../../engine/ops/index.ts';
import { Random } from '../../../engine/random.ts';
import { defined } from '../../../explorer/explain/alone.ts';
import { binaries, unaries } from '../../../explorer/explain/elementwise.ts';
import { explain, explainers } from '../../../explorer/explain/explain.ts';
import type { Explanation, Numbers, Ran } from '../../../explorer/explain/explanation.ts';
import { receptive } from '../../../explorer/explain/receptive.ts';
import { watched } from '../../../explorer/explain/watch.ts';
import { reckoned } from './reckon.ts';

const random = new Random(7);

/** An op as it ran on a device. */
async function ranOn(
  device: CpuDevice,
  op: ListedOp,
  sample: ListedOp['samples'][number],
  seed: number,
): Promise<Ran> {
  const tensors = sampleValues(sample, seed).map((values) => onDevice(device, values));
  const numbersOf = async (tensor: (typeof tensors)[number]): Promise<Numbers> => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    data: (await tensor.read()).slice(),
  });
  const inputs = await Promise.all(tensors.map(numbersOf));
  const given = tensors.length - (op.inPlace ?? 0);
  const changed = op.inPlace ? tensors.slice(given) : apply(op, tensors, sample.attrs, device);
  if (op.inPlace) update(op, tensors.slice(0, given), changed, sample.attrs);
  return { op: op.name, attrs: sample.attrs, inputs, outputs: await Promise.all(changed.map(numbersOf)) };
}

/** Some places of each output, the corners among them. */
function places({ outputs }: Ran): [number, number][] {
  return outputs.flatMap(({ data: { length } }, output) => {
    const some =
      length <= 6
        ? [...Array(length).keys()]
        : [0, length - 1, ...[1, 2, 3, 4].map(() => random.integer(length))];
    return some.map((index): [number, number] => [output, index]);
  });
}

/** The ops whose line was reckoned. */
const arithmetic = new Set<string>();

/** Equal to 1e-5, relative to what is summed. */
function assertExplains(
  { how, terms, over = 1, then, result, value, written }: Explanation,
  what: string,
): void {
  const close = (a: number, b: number) => {
    const size = terms.reduce((sum, term) => sum + Math.abs(term.value), 0);
    return Object.is(a, b) || Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b), how === 'sum' ? size : 0);
  };
  assert.ok(close(result, value), `${what}: ${written}; the device has ${value}`);
  // Numbers are written with four digits.
  const told = reckoned(written);
  const most = Math.max(1, ...(written.match(/[\d.]+/g) ?? []).map(Number));
  if (told !== null && Number.isFinite(told)) {
    assert.ok(Math.abs(told - value) <= 2e-3 * most, `${what}: ${written} comes to ${told}`);
    arithmetic.add(what.split(' ')[0]);
  }
  for (const { parts, weight = 1, value: term } of terms) {
    assert.is(
      term,
      parts.reduce((all, part) => all * part.value, weight),
      `${what}: a term`,
    );
  }
  const sum = terms.reduce((all, term) => all + term.value, 0);
  if (how === 'sum') assert.ok(close(then === 'relu' ? Math.max(sum, 0) : sum, result), `${what}: the sum`);
  if (how === 'mean' && over > 0) assert.ok(close(sum / over, result), `${what}: the mean`);
  if (how === 'largest' && terms.length > 0) {
    assert.is(Math.max(...terms.map((term) => term.value)), result, `${what}: the largest`);
  }
}

for (const op of Object.values<ListedOp>(ops)) {
  test(`${op.name}: what is explained is what the device has`, async () => {
    for (const floatType of ['float32', 'float64'] as const) {
      const device = new CpuDevice({ floatType });
      for (const [i, sample] of op.samples.entries()) {
        const ran = await ranOn(device, op, sample, 100 + i);
        for (const [output, index] of places(ran)) {
          const what = `${op.name} #${i} ${floatType}, output ${output} at ${index}`;
          assertExplains(explain(ran, output, index), what);
        }
      }
    }
  });
}

for (const op of Object.values<ListedOp>(ops)) {
  test(`${op.name}: nothing depends on what is not named`, async () => {
    const device = new CpuDevice({ floatType: 'float64' });
    for (const [i, sample] of op.samples.entries()) {
      const ran = await ranOn(device, op, sample, 200 + i);
      for (const [output, index] of places(ran)) {
        const kept = receptive(ran, output, index).map((found) => new Set(found));
        // Places and labels stay: others might not be there.
        const inputs = ran.inputs.map(({ data, ...input }, k) => ({
          ...input,
          data:
            input.dtype === 'int32'
              ? data
              : data.map((x, at) => (kept[k].has(at) ? x : random.uniform(0.1, 2))),
        }));
        assert.is(
          defined(op.name, inputs, sample.attrs)[output][index],
          ran.outputs[output].data[index],
          `${op.name} #${i}, output ${output} at ${index}`,
        );
      }
    }
  });
}

test('what is written is reckoned, but for words and what has no room in a line', () => {
  const named =
    'affine exp sqrt log power abs clamp relu leakyRelu elu softplus sigmoid hardSigmoid add sub mul div pow';
  const more =
    'maximum minimum matmul linear conv2d maxPool2d avgPool2d avgPool2dGrad sum softmax logSoftmax';
  const last = 'crossEntropy crossEntropyGrad normalise runningStatistics sgdStep adamStep lerp';
  for (const name of `${named} ${more} ${last}`.split(' ')) assert.ok(arithmetic.has(name), name);
});

/** Ops whose definition writes each number right after it has read all that goes into it. */
const readsThenWrites = new Set([
  ...[...Object.keys(unaries), ...Object.keys(binaries)],
  ...['matmul', 'linear', 'conv2d', 'conv2dInputGrad', 'conv2dWeightGrad', 'avgPool2d', 'sum', 'lerp'],
  ...['reshape', 'permute', 'slice', 'broadcastTo', 'concat', 'pack'],
]);

test('an op without an explanation of its own is watched: the same numbers come to the same', async () => {
  const device = new CpuDevice({ floatType: 'float64' });
  for (const op of Object.values<ListedOp>(ops)) {
    const ran = await ranOn(device, op, op.samples[0], 300);
    for (const [output, index] of places(ran)) {
      const what = `${op.name}, output ${output} at ${index}`;
      const { result, terms } = watched(ran, output, index);
      assert.is(result, ran.outputs[output].data[index], what);
      if (!readsThenWrites.has(op.name)) continue;
      const read = new Set(terms.flatMap(({ parts }) => parts.map((part) => `${part.input},${part.index}`)));
      receptive(ran, output, index).forEach((found, input) => {
        for (const at of found)
          assert.ok(read.has(`${input},${at}`), `${what} reads ${at} of input ${input}`);
      });
    }
  }
});

test('all ops but these have an explanation of their own', () => {
  const others = Object.keys(ops).filter((name) => !(name in explainers));
  assert.equal(others, [
    'allFinite',
    'resize2d',
    'resize2dGrad',
    'scaleStep',
    'scatterAdd',
    'gatherBatch',
    'augmentBatch',
    'recordRows',
  ]);
});

test.run();
