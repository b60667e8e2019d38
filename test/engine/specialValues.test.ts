// NaN, infinities, −0, denormals and empty tensors: the table of specialValues.ts, on cpu in full and on webgpu
// for what it states there. docs/ops.md says which ops are not stated.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import { apply, noGrad, update } from '../../engine/graph.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';
import { closeDevices, devices } from '../support/devices.ts';
import type { SpecialCase } from './specialValues.ts';
import { promises, specialValues } from './specialValues.ts';

const SMALLEST_NORMAL = 2 ** -126;

/** Runs an op; the result is its outputs, or the tensors that it updated. */
function outputsOf(device: Device, op: ListedOp, { inputs, attrs = {} }: SpecialCase): Tensor[] {
  const tensors = inputs.map(({ shape, values, int }) =>
    Tensor.from(device, int === true ? Int32Array.from(values) : values, shape),
  );
  if (op.inPlace !== undefined) {
    const split = tensors.length - op.inPlace;
    update(op, tensors.slice(0, split), tensors.slice(split), attrs);
    return tensors.slice(split);
  }
  return apply(op, tensors, attrs, device);
}

async function run(device: Device, op: ListedOp, special: SpecialCase): Promise<number[][]> {
  const outputs = noGrad(() => scope(() => outputsOf(device, op, special)));
  const values = await Promise.all(outputs.map(async (output) => [...(await output.read())]));
  for (const output of outputs) output.dispose();
  return values;
}

const show = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

/** Special values and zeros exactly, denormals too; others to the tolerance of elementwise functions. */
function same(actual: number, expected: number): boolean {
  if (!Number.isFinite(expected) || expected === 0) return Object.is(actual, expected);
  return Math.abs(actual - expected) <= 1e-5 * Math.abs(expected);
}

const vanishes = (value: number) => Math.abs(value) < SMALLEST_NORMAL;

/** A denormal among the inputs may count as 0: then the result is that of one of the zeros. */
function flushed(special: SpecialCase, output: number[], i: number): number[] {
  const [input] = special.inputs;
  if (special.inputs.length !== 1 || input.values.length !== output.length) return [];
  if (!vanishes(input.values[i]) || input.values[i] === 0) return [];
  return output.filter((_, k) => input.values[k] === 0);
}

function check(letter: string, actual: number, expected: number, alternatives: number[]): boolean {
  if (letter === '?') return true;
  if (letter === 'n') return Number.isNaN(actual);
  if (letter === '=') return same(actual, expected);
  return [expected, ...alternatives].some(
    (value) => same(actual, value) || (vanishes(actual) && vanishes(value)),
  );
}

for (const [name, op] of Object.entries<ListedOp>(ops)) {
  for (const special of specialValues[name] ?? []) {
    const { shows, gives, webgpu } = special;
    for (const device of devices) {
      test(`${name}: ${shows}, on ${device.kind}`, async () => {
        const refuses = 'refuses' in gives ? gives.refuses : undefined;
        if (refuses !== undefined && (device.kind === 'cpu' || webgpu === 'same')) {
          assertThrows(() => noGrad(() => scope(() => outputsOf(device, op, special))), refuses);
          return;
        }
        const expected = 'refuses' in gives ? [] : gives.map((values) => [...values]);
        const actual = await run(device, op, special);
        if (refuses === undefined) {
          assert.equal(
            actual.map((values) => values.length),
            expected.map((values) => values.length),
          );
        }
        for (const [k, values] of actual.entries()) {
          const letters = device.kind === 'cpu' || webgpu === 'same' ? '='.repeat(values.length) : webgpu[k];
          const wrong = values.flatMap((value, i) => {
            const wanted = expected[k]?.[i] ?? Number.NaN;
            const alternatives = flushed(special, expected[k] ?? [], i);
            if (check(letters[i], value, wanted, alternatives)) return [];
            return [`output ${k} at ${i}: ${show(value)}, expected ${show(wanted)} (${letters[i]})`];
          });
          assert.equal(wrong, []);
        }
      });
    }
  }

  const cases = specialValues[name];
  if (cases === undefined) continue;
  test(`${name}: what is stated has an empty tensor, and a letter for each number`, () => {
    const isEmpty = ({ inputs, gives, attrs }: SpecialCase) =>
      inputs.some(({ shape }) => sizeOf(shape) === 0) ||
      (inputs.length === 0 && !('refuses' in gives) && gives[0].length === 0 && attrs !== undefined);
    // The inputs of scaleStep have one shape.
    assert.ok(cases.some(isEmpty) || name === 'scaleStep', 'no case with an empty tensor');
    const letters = Object.keys(promises);
    for (const { inputs, gives, webgpu } of cases) {
      for (const { shape, values } of inputs) assert.is(values.length, sizeOf(shape), 'values for a shape');
      if (webgpu === 'same') continue;
      for (const letter of webgpu.join('')) assert.ok(letters.includes(letter), `the letter ${letter}`);
      if ('refuses' in gives) continue;
      assert.equal(
        webgpu.map((text) => text.length),
        gives.map((values) => values.length),
        'a letter for each number',
      );
    }
  });
}

test('the table has no op that is not in the list', () => {
  const strange = Object.keys(specialValues).filter((name) => !(name in ops));
  assert.equal(strange, []);
});

test.after(closeDevices);
test.run();
