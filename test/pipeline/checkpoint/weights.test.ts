// Checkpoints whose weights another program wrote, in other types of numbers.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { checkpointBytes, parseCheckpoint, restoreModel } from '../../../pipeline/checkpoint/checkpoint.ts';
import { weightsOf } from '../../../pipeline/checkpoint/weights.ts';
import type { OtherTensor, StoredTensor } from '../../../pipeline/formats/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../../pipeline/formats/safetensors.ts';
import { refuses } from '../../support/images.ts';
import { CLASSES, recipeFor } from '../../support/tinyRuns.ts';

const SIZE = 2;
const shape = [3, SIZE * SIZE];
const weights = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => i / 7);

const whole = readSafetensors(
  checkpointBytes({
    model: {
      name: 'one',
      input: [1, SIZE, SIZE],
      layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
    },
    classes: CLASSES,
    recipe: recipeFor(SIZE),
    step: 1,
    weights: new Map([
      ['1.weight', { shape, data: weights }],
      ['1.bias', { shape: [3], data: new Float32Array(3) }],
    ]),
  }),
  'whole',
);

/** The checkpoint with one tensor in the place of that of its name, if there is one. */
function withTensor(name: string, tensor: StoredTensor | OtherTensor): Uint8Array {
  const tensors = new Map(whole.tensors);
  tensors.delete(name);
  if ('bytes' in tensor) return writeSafetensors({ ...whole, tensors, others: new Map([[name, tensor]]) });
  return writeSafetensors({ ...whole, tensors: tensors.set(name, tensor) });
}

const open = (bytes: Uint8Array) => restoreModel(parseCheckpoint(bytes, 'a.safetensors'), new CpuDevice());

test('weights in half precision are widened', async () => {
  // The upper half of a float32, whose bytes lie little-endian.
  const upper = new Uint16Array(weights.buffer).filter((_, i) => i % 2 === 1);
  const model = open(withTensor('1.weight', { shape, type: 'BF16', bytes: new Uint8Array(upper.buffer) }));
  const { data } = (await weightsOf(model)).get('1.weight')!;
  assert.equal(data, new Float32Array(Uint32Array.from(upper, (bits) => bits << 16).buffer));
});

test('weights that are whole numbers are refused, with the tensor and the reason', async () => {
  const int32 = withTensor('1.bias', { shape: [3], data: Int32Array.of(1, 2, 3) });
  await refuses(() => open(int32), 'damaged', 'a.safetensors: 1.bias is I32', 'F32');
  const bytes = new Uint8Array(BigInt64Array.of(1n, 2n, 3n).buffer);
  const int64 = withTensor('1.bias', { shape: [3], type: 'I64', bytes });
  await refuses(() => open(int64), 'damaged', 'a.safetensors: 1.bias is I64', 'F32');
});

test('a tensor of another type that belongs to no layer is refused too, in one line', async () => {
  const steps = withTensor('1.\nsteps', { shape: [], type: 'U32', bytes: new Uint8Array(4) });
  await refuses(() => open(steps), 'damaged', 'a.safetensors: 1.\\u000asteps belongs to no layer');
});

test.run();
