// An address holds all that a page is reproduced from: what is written is read again, and what is malformed is said.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAddress, writeAddress } from '../../../explorer/address/address.ts';
import { pack, unpack } from '../../../explorer/address/packed.ts';
import { type Address, type Base, plainAddress } from '../../../explorer/address/plain.ts';
import { viewNames } from '../../../explorer/address/viewNames.ts';
import { deviceKinds } from '../../../explorer/lab/deviceKinds.ts';
import { presets } from '../../../explorer/presets/presets.ts';
import { augmentationFields, augmentations } from '../../../pipeline/data/augment.ts';
import { fits } from '../../../pipeline/fields.ts';
import { builtInModels, type ModelSpec } from '../../../pipeline/model/model.ts';
import {
  resolveSettings,
  type Settings,
  settingFields,
  settingNames,
} from '../../../pipeline/train/settings.ts';

const classes = Array.from({ length: 10 }, (_, i) => String(i));
const bases: Base[] = presets.map(({ name, model, settings, trained, data, images }) => {
  return {
    images: { data, images },
    kind: 'preset',
    name,
    model,
    classes,
    settings,
    isTrained: trained !== undefined,
  };
});
const run: Base = { ...bases[2], kind: 'run', name: 'lenet 1/ä', isTrained: true };

const augment = fc.oneof(
  fc.constantFrom(...Object.values(augmentations)),
  fc.record(
    Object.fromEntries(
      Object.entries(augmentationFields).map(([name, { most }]) => [
        name,
        fc.double({ min: 0, max: most, noNaN: true }),
      ]),
    ),
  ),
);
const classWeights = fc.oneof(
  fc.constantFrom('none', 'balanced'),
  fc.dictionary(fc.string(), fc.double({ min: 1e-3, max: 1e3, noNaN: true })),
);
const numbers = fc.oneof(
  fc.nat(),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(null, 1e21, 1e-7, 0.1 + 0.2),
);

/** Any value that a setting may have. */
const anyOf = (name: keyof Settings): fc.Arbitrary<unknown> => {
  const field = settingFields[name];
  if (name === 'augment') return augment;
  if (name === 'classWeights') return classWeights;
  if (field.kind === 'choice') return fc.constantFrom(...(field.choices ?? []));
  return numbers.filter((value) => fits(field as never, value));
};

const settings = fc
  .record(Object.fromEntries(settingNames.map((name) => [name, anyOf(name)])), { requiredKeys: [] })
  .map((given) => resolveSettings(given as Partial<Settings>));

const model: fc.Arbitrary<ModelSpec> = fc.oneof(
  fc.constantFrom(...Object.values(builtInModels), ...presets.map((preset) => preset.model)),
  fc.integer({ min: 1, max: 300 }).map((width) => ({
    name: 'mine',
    input: [1, 28, 28],
    layers: [
      { type: 'flatten' },
      { type: 'linear', outFeatures: width },
      { type: 'linear', outFeatures: 'classes' },
    ],
  })),
);

const address = fc
  .record({
    view: fc.constantFrom(...viewNames),
    base: fc.constantFrom(...bases, run),
    model: fc.option(model),
    isFresh: fc.boolean(),
    keepsWeights: fc.boolean(),
    settings,
    images: fc.record({
      data: fc.constantFrom('mnist', 'letters', 'own'),
      images: fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined }),
    }),
    device: fc.option(fc.constantFrom(...deviceKinds)),
    written: fc.option(fc.record({ digit: fc.constantFrom(...classes), hand: fc.nat(2 ** 31 - 1) })),
  })
  .map((made): Address => {
    const isOther = made.model !== null && JSON.stringify(made.model) !== JSON.stringify(made.base.model);
    const isFresh = made.isFresh || isOther || !made.base.isTrained;
    // Its own model is none in the place of it.
    return {
      ...made,
      model: isOther ? made.model : null,
      isFresh,
      keepsWeights: made.keepsWeights && !isFresh,
    };
  });

test('what is written is read again, to the same bits, whatever the page begins with', async () => {
  await fc.assert(
    fc.asyncProperty(address, async (made) => {
      const text = await writeAddress(made);
      // As a browser gives it back.
      const { hash } = new URL(`http://127.0.0.1/explorer/#${text}`);
      assert.equal(await readAddress(hash.slice(1), [...bases, run]), structuredClone(made));
    }),
    { numRuns: 300 },
  );
});

const lenet: Base = { ...bases.find(({ name }) => name === 'lenet')!, isTrained: false };
const plain: Address = {
  ...{ view: 'train', base: lenet, model: null, isFresh: true, keepsWeights: false },
  ...{ settings: resolveSettings(lenet.settings), images: lenet.images, device: 'wasm', written: null },
};

test('it is short, and readable where it can be', async () => {
  const { settings } = plain;
  const { light, strong } = augmentations;
  const changed = { ...settings, lr: 0.01, seed: 3, augment: { ...strong, rotation: 10 } };
  assert.is(
    await writeAddress({ ...plain, settings: changed, written: { digit: '7', hand: 12 } }),
    'train?preset=lenet&lr=0.01&seed=3&augment=strong:rotation=10&device=wasm&draw=7.12',
  );
  assert.is(
    await writeAddress({ ...plain, settings: { ...settings, augment: light }, device: null }),
    'train?preset=lenet&augment=light',
  );
  assert.is(
    await writeAddress({ ...plain, model: builtInModels.cnn }),
    'train?preset=lenet&model=cnn&device=wasm',
  );
  const tiny = {
    ...plain,
    base: bases[0],
    images: bases[0].images,
    settings: resolveSettings(bases[0].settings),
  };
  assert.is(await writeAddress(tiny), 'train?preset=tiny&weights=fresh&device=wasm');
  assert.is(
    await writeAddress({ ...plain, images: { data: 'letters' } }),
    'train?preset=lenet&data=letters&images=all&device=wasm',
  );
  const own = { ...builtInModels.lenet, name: 'own' };
  const text = await writeAddress({ ...plain, model: own });
  assert.ok(text.length < 300, text);
});

test('a view alone, or nothing, is the page as it begins', async () => {
  const usual = {
    ...{
      base: bases[0],
      model: null,
      isFresh: false,
      keepsWeights: false,
      settings: resolveSettings(bases[0].settings),
    },
    ...{ images: bases[0].images, device: null, written: null },
  };
  assert.equal(await readAddress('', bases), { view: 'forward', ...usual });
  for (const first of [run, ...bases])
    for (const text of ['', ...viewNames])
      assert.equal(await readAddress(text, [first]), plainAddress(text, [first]));
  assert.is(plainAddress('nowhere', bases), null);
  assert.is(plainAddress('train?lr=1', bases), null);
  assert.is((await readAddress('', [run, ...bases])).view, 'run');
  assert.equal(await readAddress('train', bases), { view: 'train', ...usual });
  assert.equal(await readAddress('model?', bases), { view: 'model', ...usual });
});

test('what is malformed is said in a phrase', async () => {
  const bomb = await pack(JSON.stringify({ name: 'x', input: [1, 28, 28], layers: 'a'.repeat(5e6) }));
  const badModel = await pack(
    JSON.stringify({ name: 'x', input: [1, 28, 28], layers: [{ type: 'linear', outFeatures: 10 }] }),
  );
  const cases: [string, RegExp][] = [
    ['nowhere', /nowhere: expected forward/],
    ['train?preset=nothing', /preset nothing: expected tiny, /],
    ['train?run=lenet-1', /run lenet-1: this page has no run/],
    ['train?lr=fast', /lr fast: expected a number > 0/],
    ['train?lr=', /lr : expected a number > 0/],
    ['train?lr=-1', /lr -1: expected a number > 0/],
    ['train?lr=Infinity', /lr Infinity: expected a number > 0/],
    ['train?batch=1.5', /batch 1\.5: expected a whole number/],
    ['train?optimizer=magic', /optimizer magic: expected .*sgd/],
    ['train?augment=wild', /augment wild/],
    ['train?classWeights=%7B', /classWeights \{/],
    ['train?epochs=none', /epochs none: expected a whole number ≥ 1/],
    ['train?data=cifar', /data cifar: expected mnist, letters, own/],
    ['train?images=0', /images 0: expected a whole number ≥ 1, or all/],
    ['train?device=tpu', /device tpu: expected webgpu, wasm, cpu/],
    ['train?draw=x.1', /draw x\.1: expected a digit/],
    ['train?draw=7.99999999999', /draw 7/],
    ['train?weights=mine', /weights mine: expected fresh, kept/],
    ['train?colour=red', /there is nothing called colour/],
    ['train?lr=1&lr=2', /lr is there twice/],
    [
      'train?model=!!!',
      /model !!!: expected lenet, quick, cnn, vgg, resnet, or one that this page has packed/,
    ],
    ['train?model=AAAA', /model AAAA: expected lenet/],
    [`train?model=${bomb}`, /model .*…: expected lenet/],
    [`train?model=${badModel}`, /layer 0 \(linear\): gets \[1,28,28\]/],
    [`train?model=${await pack('{"a": 1}')}`, /the model: not a model/],
    [`train?model=${await pack('no')}`, /is not JSON/],
  ];
  for (const [text, pattern] of cases) {
    const message = await readAddress(text, bases).then(
      () => `${text} was read`,
      (error: Error) => error.message,
    );
    assert.match(message, pattern);
    assert.not.match(message, /\n|undefined|\[object/);
  }
});

test('a packed word is unpacked to the same text, and no further than it may', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      const word = await pack(text);
      assert.match(word, /^[\w-]*$/);
      assert.is(await unpack(word, 1e4), text);
    }),
    { numRuns: 100 },
  );
  await unpack(await pack('x'.repeat(1e6)), 1e5).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /more than/),
  );
});

test.run();
