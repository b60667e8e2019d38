// Checkpoints that would be read wrongly, or cost more than they are: each is refused in a line that says why.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copyOf, fileOf, type Member, type Parts } from '../../../bench/fuzz/parts.ts';
import { soundParts } from '../../../bench/fuzz/sample.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { parseCheckpoint } from '../../../pipeline/checkpoint/checkpoint.ts';
import type { Fault } from '../../../pipeline/faults.ts';
import { Predictor } from '../../../pipeline/predict/predict.ts';
import { refuses } from '../../support/images.ts';

const sound = soundParts();

/** The file with some of its parts changed. */
function changed(edit: (parts: Parts) => void): Uint8Array {
  const parts = copyOf(sound);
  edit(parts);
  return fileOf(parts);
}

const memberOf = (list: readonly Member[], name: string): Member =>
  list.find((member) => member[0] === name)!;

/** With a field of the metadata replaced. */
const withField = (name: string, text: string): Uint8Array =>
  changed(({ metadata }) => {
    memberOf(metadata, name)[1] = text;
  });

const withModel = (...layers: object[]): Uint8Array =>
  withField('model', JSON.stringify({ name: 'small', input: [1, 28, 28], layers }));

const withRecipe = (change: object): Uint8Array =>
  changed(({ metadata }) => {
    const field = memberOf(metadata, 'recipe');
    field[1] = JSON.stringify({ ...JSON.parse(field[1]), ...change });
  });

/** With a number of a tensor replaced, here its first. */
const withNumber = (name: string, value: number): Uint8Array =>
  changed(({ members, numbers }) => {
    const [begin] = JSON.parse(memberOf(members, name)[1]).data_offsets;
    new DataView(numbers.buffer).setFloat32(begin, value, true);
  });

const withEntry = (name: string, change: object): Uint8Array =>
  changed(({ members }) => {
    const member = memberOf(members, name);
    member[1] = JSON.stringify({ ...JSON.parse(member[1]), ...change });
  });

const tail = [{ type: 'globalAvgPool' }, { type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }];
const conv = (options: object) => ({ type: 'conv2d', outChannels: 2, kernelSize: 5, stride: 4, ...options });

const refused: Record<string, [Uint8Array, Fault, ...string[]]> = {
  'a weight that is NaN': [withNumber('0.weight', Number.NaN), 'damaged', 'number 0 of 0.weight is NaN'],
  'a weight that is infinite': [withNumber('5.bias', -Infinity), 'damaged', '5.bias is -Infinity'],
  'a weight of the gate that is NaN': [withNumber('gate.0.weight', Number.NaN), 'damaged', 'gate.0.weight'],
  'a variance below 0': [withNumber('1.runningVar', -1e-3), 'damaged', '1.runningVar', '≥ 0'],
  'whole numbers for weights': [withEntry('0.weight', { dtype: 'I32' }), 'damaged', '0.weight is I32', 'F32'],
  'whole numbers without a sign': [withEntry('5.bias', { dtype: 'U32' }), 'damaged', '5.bias is U32', 'F32'],
  'float64 of half as many': [withEntry('5.bias', { dtype: 'F64', shape: [5] }), 'damaged', '5.bias'],
  'a mean and deviation that make pixels infinite': [
    withRecipe({ mean: 1e300, std: 5e-324 }),
    'invalid-recipe',
    'mean of the recipe',
  ],
  'a deviation of 0': [withRecipe({ std: 0 }), 'invalid-recipe', 'std of the recipe'],
  'a tensor twice': [
    changed(({ members }) => members.push([...members[0]])),
    'not-a-checkpoint',
    'the name 0.weight twice',
  ],
  'a field of the metadata twice': [
    changed(({ metadata }) => metadata.push([...metadata[0]])),
    'not-a-checkpoint',
    'twice',
  ],
  'a name twice in its model': [
    changed(({ metadata }) => {
      const field = memberOf(metadata, 'model');
      field[1] = field[1].replace('{', '{"name":"other",');
    }),
    'damaged',
    'its model has the name name twice',
  ],
  'a byte order mark': [changed((parts) => (parts.before = '\ufeff')), 'not-a-checkpoint', 'begin with {'],
  'a blank before the header': [changed((parts) => (parts.before = ' ')), 'not-a-checkpoint', 'begin with {'],
  'a line break behind the header': [changed((parts) => (parts.after = '\n')), 'not-a-checkpoint', 'blanks'],
  'a tab among the blanks': [changed((parts) => (parts.after = '  \t ')), 'not-a-checkpoint', 'blanks'],
  'bytes that are no UTF-8': [
    changed(({ flips }) => flips.push({ at: 0.012, byte: 0xff })),
    'not-a-checkpoint',
    'not UTF-8',
  ],
  'a header of more than 4 MB': [
    changed((parts) => (parts.after = ' '.repeat(4_000_000))),
    'not-a-checkpoint',
    'more than 4 MB',
  ],
  ...Object.fromEntries(
    ['null', '-5', '{}', '0.5', '"7"', '1e300', '9007199254740992'].map((text) => [
      `the step ${text}`,
      [withField('step', text), 'damaged', 'its step is no whole number'],
    ]),
  ),
  'the step NaN, which is no JSON': [withField('step', 'NaN'), 'damaged', 'its step is not JSON'],
  'classes without names': [
    withField('classes', JSON.stringify(Array(10).fill(''))),
    'damaged',
    'its classes',
  ],
  'classes of one name': [
    withField('classes', JSON.stringify(Array(10).fill('x'))),
    'damaged',
    'its classes have the name "x" twice',
  ],
  'one name in two forms of Unicode': [
    withField('classes', JSON.stringify(['é', 'e\u0301', ...'23456789'])),
    'damaged',
    'twice',
  ],
  'no classes': [withField('classes', '[]'), 'damaged', 'its classes'],
  'classes by the million': [
    withField('classes', JSON.stringify(Array.from({ length: 1e6 }, (_, i) => String(i)))),
    'not-a-checkpoint',
    'more than 4 MB',
  ],
  'a model of colours': [
    withField('model', JSON.stringify({ name: 'm', input: [3, 28, 28], layers: tail })),
    'damaged',
    '3×28×28',
  ],
  'filters by the million that the file does not have': [
    withModel(conv({ outChannels: 1_000_000 }), ...tail),
    'damaged',
    '0.weight has shape [2,1,5,5]; expected [1000000,1,5,5]',
  ],
  'linear layers that the file does not have': [
    withModel(
      { type: 'flatten' },
      ...[13_000, 13_000].map((outFeatures) => ({ type: 'linear', outFeatures })),
      tail[2],
    ),
    'damaged',
    '1.weight',
  ],
  'planes that no memory holds, without a weight more': [
    withModel(conv({ padding: 4096, stride: 1 }), { type: 'batchNorm2d' }, ...tail),
    'invalid-model',
    'a: model small: layer 0 (conv2d)',
  ],
  'lists in lists without end': [withField('model', '['.repeat(100_000)), 'damaged', 'its model', '127 deep'],
  'a temperature that makes logits infinite': [
    withField('certainty', '{"version":1,"temperature":1e-300}'),
    'damaged',
    'its certainty',
  ],
  'tensors of a gate that is not told of': [
    withField('certainty', '{"version":1,"temperature":1}'),
    'damaged',
    'gate.0.weight belongs to no layer',
  ],
  'a gate without tensors': [
    changed((parts) => {
      parts.members = parts.members.filter(([name]) => !name.startsWith('gate.'));
      const ends = parts.members.map(([, text]) => JSON.parse(text).data_offsets[1] as number);
      parts.numbers = parts.numbers.subarray(0, Math.max(...ends));
    }),
    'damaged',
    'gate.0.weight are missing',
  ],
  'a tensor that nothing knows': [
    changed(({ members, numbers }) => {
      const at = numbers.length;
      members.push(['extra', `{"dtype":"F32","shape":[0],"data_offsets":[${at},${at}]}`]);
    }),
    'damaged',
    'extra belongs to no layer',
  ],
};

test('the checkpoint that is changed here is sound', () => {
  assert.is(parseCheckpoint(fileOf(sound), 'a').step, 12);
});

for (const [name, [file, code, ...names]] of Object.entries(refused)) {
  test(`refused: ${name}`, async () => {
    const before = process.memoryUsage().arrayBuffers;
    await refuses(() => parseCheckpoint(file, 'a'), code, 'a: ', ...names);
    assert.ok(process.memoryUsage().arrayBuffers - before < 50e6, 'memory was taken');
  });
}

test('weights so large that answers are no numbers are refused when they answer', async () => {
  const file = changed(({ members, numbers }) => {
    const view = new DataView(numbers.buffer);
    for (const name of ['0.weight', '5.weight']) {
      const [begin, end] = JSON.parse(memberOf(members, name)[1]).data_offsets;
      for (let at = begin; at < end; at += 4) view.setFloat32(at, 3e38, true);
    }
  });
  const predictor = new Predictor(new CpuDevice(), parseCheckpoint(file, 'a'));
  await refuses(
    () => predictor.predictAll([new Uint8Array(784).fill(200)]),
    'damaged',
    'a: ',
    'no finite numbers',
  );
});

test.run();
