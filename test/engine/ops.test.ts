// Generated from the op list: each op on each device against the float64 CPU reference, its gradient against
// central differences in float64, second derivatives likewise, and what it must refuse.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import { ShapeError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { apply, noGrad, update } from '../../engine/graph.ts';
import type { Op, Rule, Sample } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';
import { onDevice, relativeError, valuesOf } from '../support/samples.ts';

type Values = ReturnType<typeof valuesOf>;

/** DESIGN's tolerances: elementwise and pooling, and everything that sums. */
const SUMS = new Set([
  'matmul',
  'conv2d',
  'conv2dInputGrad',
  'conv2dWeightGrad',
  'sum',
  'softmax',
  'logSoftmax',
]);
const toleranceOf = (op: Rule) => (SUMS.has(op.name) || op.name === 'crossEntropy' ? 1e-4 : 1e-5);

const valuesFor = (sample: Sample<object>, seed: number): Values[] => {
  const random = new Random(seed);
  return sample.inputs.map((input) => valuesOf(input, random));
};

/** The attributes as this device takes them: constants are made in its float type. */
const attrsFor = (device: Device, attrs: object): object =>
  'dtype' in attrs && attrs.dtype === 'float32' ? { ...attrs, dtype: device.floatType } : attrs;

/** Runs an op; the result is its outputs, or the tensors that it updated. */
function forward(device: Device, op: Op | Rule, inputs: Tensor[], attrs: object): Tensor[] {
  const own = attrsFor(device, attrs);
  if ('inPlace' in op && op.inPlace !== undefined) {
    const split = inputs.length - op.inPlace;
    update(op, inputs.slice(0, split), inputs.slice(split), own);
    return inputs.slice(split);
  }
  if (inputs.length > 0) return apply(op, inputs, own);
  const outputs = op.infer([], own).map((spec) => Tensor.empty(device, spec.shape, spec.dtype));
  device.run(op as Op, [], outputs, own);
  return outputs;
}

/** Σ c·y for the first output, with fixed random c: a scalar whose gradient sees every element. */
function scalar(device: Device, op: Op | Rule, inputs: Tensor[], attrs: object): Tensor {
  const [y] = forward(device, op, inputs, attrs);
  const weights = onDevice(device, valuesOf(y.shape, new Random(99)));
  return F.sum(F.mul(y, weights));
}

/** dL/d(input) of every float input, as arrays. */
async function gradients(device: Device, op: Op | Rule, values: Values[], attrs: object) {
  const found = scope(() => {
    const inputs = values.map((value) => onDevice(device, value));
    const trained = inputs.filter(({ dtype }) => dtype !== 'int32').map((tensor) => tensor.trained());
    return grad(scalar(device, op, inputs, attrs), trained);
  });
  return Promise.all(found.map((tensor) => tensor.read()));
}

/** A scalar made of first derivatives, Σ c·dL/dx: its own gradient needs second derivatives. */
function scalarOfGradient(device: Device, op: Op | Rule, inputs: Tensor[], attrs: object): Tensor | null {
  const trained = inputs.filter(({ dtype }) => dtype !== 'int32').map((tensor) => tensor.trained());
  const first = grad(scalar(device, op, inputs, attrs), trained, { createGraph: true });
  const sums = first.map((g, i) => F.sum(F.mul(g, onDevice(device, valuesOf(g.shape, new Random(7 + i))))));
  const total = sums.reduce((a, b) => F.add(a, b));
  return total.requiresGrad ? total : null;
}

/**
 * Central differences of a scalar function, one element at a time: (8(f₁ − f₋₁) − (f₂ − f₋₂))/12h with fₖ = f(x + k·h)
 * and h = 1e-5, whose error is of fourth order: next to a pole that of second order passes 1e-6.
 */
async function differences(values: Values[], f: (inputs: Tensor[]) => Tensor | null) {
  const h = 1e-5;
  const at = async (moved: Values[]) => {
    const out = scope(() => f(moved.map((value) => onDevice(reference, value))));
    const value = out === null ? 0 : await out.item();
    out?.dispose();
    return value;
  };
  const found: Float64Array[] = [];
  for (const { data } of values) {
    if (data instanceof Int32Array) continue;
    const slope = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const before = data[i];
      const moved = async (steps: number) => {
        data[i] = before + steps * h;
        return at(values);
      };
      slope[i] =
        (8 * ((await moved(1)) - (await moved(-1))) - ((await moved(2)) - (await moved(-2)))) / (12 * h);
      data[i] = before;
    }
    found.push(slope);
  }
  return found;
}

/** Differences lose digits to rounding when a sample is large; past this size its neighbours suffice. */
const SMALL = 400;

for (const op of Object.values<Op | Rule>(ops)) {
  op.samples.forEach((sample, i) => {
    const name = `${op.name} #${i} ${JSON.stringify(sample.inputs)}`;
    const values = valuesFor(sample, 1000 + i);
    const differentiable =
      typeof op.grad === 'function' && values.some(({ data }) => !(data instanceof Int32Array));
    const small = values.reduce((sum, { data }) => sum + data.length, 0) <= SMALL;

    for (const device of devices) {
      test(`${name}: ${device.kind} equals float64`, async () => {
        const inputs = (on: Device) => values.map((value) => onDevice(on, value));
        const expected = noGrad(() => scope(() => forward(reference, op, inputs(reference), sample.attrs)));
        const actual = noGrad(() => scope(() => forward(device, op, inputs(device), sample.attrs)));
        for (const [k, output] of expected.entries()) {
          assert.equal(actual[k].shape, output.shape);
          const error = relativeError(await actual[k].read(), await output.read());
          assert.ok(error <= toleranceOf(op), `output ${k}: relative error ${error}`);
        }
      });

      if (differentiable) {
        test(`${name}: gradient on ${device.kind} equals float64`, async () => {
          const expected = await gradients(reference, op, values, sample.attrs);
          const actual = await gradients(device, op, values, sample.attrs);
          for (const [k, g] of expected.entries()) {
            const error = relativeError(actual[k], g);
            assert.ok(error <= 1e-4, `input ${k}: relative error ${error}`);
          }
        });
      }
    }

    if (differentiable && small) {
      test(`${name}: gradient equals central differences`, async () => {
        const expected = await differences(values, (inputs) =>
          noGrad(() => scalar(reference, op, inputs, sample.attrs)),
        );
        const actual = await gradients(reference, op, values, sample.attrs);
        for (const [k, slope] of expected.entries()) {
          const error = relativeError(actual[k], slope);
          assert.ok(error <= 1e-6, `input ${k}: relative error ${error}`);
        }
      });

      test(`${name}: second derivative equals central differences`, async () => {
        const f = (inputs: Tensor[]) => scalarOfGradient(reference, op, inputs, sample.attrs);
        const actual = scope(() => {
          const inputs = values.map((value) => onDevice(reference, value));
          const out = f(inputs);
          return out === null
            ? []
            : grad(
                out,
                inputs.filter(({ dtype }) => dtype !== 'int32'),
              );
        });
        if (actual.length === 0) return;
        const expected = await differences(values, f);
        for (const [k, slope] of expected.entries()) {
          const error = relativeError(await actual[k].read(), slope);
          assert.ok(error <= 1e-6, `input ${k}: relative error ${error}`);
        }
      });
    }
  });

  op.refused.forEach((refusal, i) => {
    for (const device of devices) {
      test(`${op.name} refuses #${i} on ${device.kind}: ${refusal.says}`, () => {
        const inputs = valuesFor(refusal, i).map((value) => onDevice(device, value));
        try {
          forward(device, op, inputs, refusal.attrs);
        } catch (error) {
          assert.instance(error, ShapeError);
          assert.match((error as Error).message, refusal.says);
          assert.not.match((error as Error).message, '\n');
          return;
        }
        assert.unreachable('it was accepted');
      });
    }
  });
}

test.after(closeDevices);
test.run();
