// What an editor of models does with a draft, and what the rules of model files say of it, at the layer where it is.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkDraft } from '../../../explorer/page/model/check.ts';
import {
  addedBelow,
  addedInside,
  addedLast,
  type Draft,
  draftOf,
  everyLayer,
  freshLayer,
  modelOf,
  moved,
  withOption,
  without,
  withType,
} from '../../../explorer/page/model/draft.ts';
import { optionOf, optionText } from '../../../explorer/page/model/optionText.ts';
import { presets } from '../../../explorer/presets/presets.ts';
import { layerKinds } from '../../../pipeline/model/layers.ts';
import { builtInModels, type ModelSpec, place } from '../../../pipeline/model/model.ts';
import { everyLayer as everyPlaced } from '../../../pipeline/model/place.ts';

const purpose = { classes: 10, size: 28 };
const models: ModelSpec[] = [...Object.values(builtInModels), ...presets.map(({ model }) => model)];
const { lenet, resnet } = builtInModels;
const typesOf = ({ layers }: Draft): string[] => layers.map(({ type }) => type);

test('every model that comes along is a draft, the same model again, and nothing is wrong with it', () => {
  for (const model of models) {
    const draft = draftOf(model);
    assert.equal(modelOf(draft), model);
    assert.is(JSON.stringify(modelOf(draft)), JSON.stringify(model), 'in the same order');
    const { fault, placed } = checkDraft(draft, purpose);
    assert.is(fault, null, model.name);
    const all = place(model, 10);
    assert.is(placed.size, everyPlaced(all).length);
    assert.equal(
      draft.layers.map(({ id }) => placed.get(id)),
      all,
    );
    const ids = everyLayer(draft.layers).map(({ id }) => id);
    assert.is(new Set(ids).size, ids.length);
  }
});

test('layers are added, moved, changed and taken away, also inside others; ids stay', () => {
  const draft = draftOf(lenet);
  const [conv, relu, pool] = draft.layers;
  assert.equal(typesOf(moved(draft, relu.id, 1)).slice(0, 3), ['conv2d', 'maxPool2d', 'relu']);
  assert.equal(moved(draft, relu.id, 1).layers[2], relu);
  assert.equal(modelOf(moved(draft, conv.id, -1)), lenet, 'no further than to the first place');
  assert.equal(typesOf(moved(draft, conv.id, 99)).at(-1), 'conv2d');
  assert.equal(typesOf(without(draft, pool.id)), typesOf(draft).toSpliced(2, 1));
  const tanh = freshLayer('tanh', null);
  assert.equal(typesOf(addedBelow(draft, conv.id, tanh)).slice(0, 3), ['conv2d', 'tanh', 'relu']);
  assert.is(addedLast(draft, tanh).layers.at(-1), tanh);
  assert.equal(modelOf(withOption(draft, conv.id, 'stride', [1, 2])).layers[0].stride, [1, 2]);
  assert.not('padding' in modelOf(withOption(draft, conv.id, 'padding', undefined)).layers[0]);
  const again = withOption(withOption(draft, conv.id, 'outChannels', undefined), conv.id, 'outChannels', 8);
  assert.is(
    JSON.stringify(modelOf(again)),
    JSON.stringify(lenet),
    'an option that is put back is where it was',
  );
  const average = withType(draft, pool.id, 'avgPool2d', [8, 28, 28]).layers[2];
  assert.equal([average.id, average.type, average.options], [pool.id, 'avgPool2d', { kernelSize: 2 }]);

  const nested = draftOf(resnet);
  const block = nested.layers.find(({ type }) => type === 'residual')!;
  const [first, second] = block.branches.layers;
  const inner = (changed: Draft) =>
    changed.layers.find(({ id }) => id === block.id)!.branches.layers.map(({ id }) => id);
  assert.equal(inner(moved(nested, first.id, 1)).slice(0, 2), [second.id, first.id]);
  assert.not(inner(without(nested, second.id)).includes(second.id));
  assert.ok(inner(addedBelow(nested, first.id, tanh)).includes(tanh.id));
  const cut = addedInside(nested, block.id, 'shortcut', tanh);
  assert.ok(everyLayer(cut.layers).includes(tanh));
  const shortcut = (changed: Draft) =>
    modelOf(changed).layers.some(
      (layer) =>
        'shortcut' in layer && layer.type === 'residual' && (layer.shortcut as unknown[]).length === 0,
    );
  assert.not(shortcut(without(cut, tanh.id)), 'an empty shortcut is none');
});

test('a fresh layer of each type is one that can be, where its input has the rank that it takes', () => {
  for (const [type, { rank }] of Object.entries(layerKinds)) {
    for (const input of [[4, 9, 9], [324]]) {
      if (rank !== undefined && rank !== input.length) continue;
      const layers = [
        ...(input.length === 1 ? [{ type: 'flatten' }] : []),
        { type: 'relu' },
        { type: 'flatten' },
        { type: 'linear', outFeatures: 'classes' },
      ];
      const draft = draftOf({ name: 'm', input: [4, 9, 9], layers });
      const at = draft.layers.find(({ type }) => type === 'relu')!.id;
      const { fault } = checkDraft(withType(draft, at, type, input), { classes: 10, size: 9 });
      // Only that images have one channel is said of this model.
      assert.is(fault?.layer ?? null, null, `${type}: ${fault?.words}`);
      assert.match(fault?.words ?? 'takes images of', 'takes images of');
    }
  }
});

test('a fault is said in the words of the model rules, at the layer that they name', () => {
  const cases: [string, (draft: Draft) => Draft, number | null, RegExp][] = [
    [
      'a missing option',
      (draft) => withOption(draft, draft.layers[0].id, 'kernelSize', undefined),
      0,
      /^model lenet: layer 0 \(conv2d\): kernelSize is missing; expected one or two/,
    ],
    [
      'a value of another kind',
      (draft) => withOption(draft, draft.layers[0].id, 'outChannels', 'many'),
      0,
      /outChannels is "many"; expected a whole number ≥ 1/,
    ],
    [
      'a window larger than what it sees',
      (draft) => withOption(draft, draft.layers[5].id, 'kernelSize', 99),
      5,
      /layer 5 \(maxPool2d\): /,
    ],
    [
      'no flatten before a linear layer',
      (draft) => without(draft, draft.layers[6].id),
      6,
      /layer 6 \(linear\): gets \[16,7,7\]; expected features; put a flatten layer before it/,
    ],
    [
      'another number of classes',
      (draft) => withOption(draft, draft.layers.at(-1)!.id, 'outFeatures', 7),
      null,
      /ends with \[7\] for 10 classes/,
    ],
    [
      'too many parameters',
      (draft) => withOption(draft, draft.layers[7].id, 'outFeatures', 1e9),
      7,
      /layer 7 \(linear\): the model then has \d+ parameters; expected at most/,
    ],
    [
      'a name that no file can have',
      (draft) => ({ ...draft, name: 'a/b' }),
      null,
      /the name "a\/b"; expected/,
    ],
    ['images of another size', (draft) => ({ ...draft, input: [1, 32, 32] }), null, /1×32×32.*1×28×28/],
  ];
  for (const [what, edit, at, words] of cases) {
    const draft = edit(draftOf(lenet));
    const { fault, model } = checkDraft(draft, purpose);
    assert.is(model, null, what);
    assert.match(fault!.words, words);
    assert.is(
      draft.layers.findIndex(({ id }) => id === fault!.layer),
      at ?? -1,
      what,
    );
  }
  const nested = draftOf(resnet);
  const block = nested.layers.find(({ type }) => type === 'residual')!;
  const conv = block.branches.layers.find(({ type }) => type === 'conv2d')!;
  const wrong = checkDraft(withOption(nested, conv.id, 'kernelSize', 0), purpose).fault!;
  assert.is(wrong.layer, conv.id);
  assert.match(wrong.words, /layer \d \(residual\) layer \d \(conv2d\): kernelSize is 0/);
  const last = block.branches.layers.findLast(({ type }) => type === 'conv2d')!;
  const grown = checkDraft(withOption(nested, last.id, 'outChannels', 3), purpose).fault!;
  assert.is(grown.layer, block.id, 'it is the sum that cannot be');
  assert.match(grown.words, /its layers make \[3,/);
});

test('whatever is edited, what stands before the fault is in place and the fault is at the first wrong layer', () => {
  const types = Object.keys(layerKinds);
  const edits = fc.array(
    fc.tuple(
      fc.constantFrom('add', 'remove', 'move', 'type', 'option'),
      fc.nat(),
      fc.integer({ min: -3, max: 3 }),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.constantFrom(lenet, resnet), edits, (model, all) => {
      let draft = draftOf(model);
      for (const [what, pick, by] of all) {
        const every = everyLayer(draft.layers);
        if (every.length === 0) return;
        const { id } = every[pick % every.length];
        const type = types[pick % types.length];
        if (what === 'add') draft = addedBelow(draft, id, freshLayer(type, null));
        if (what === 'remove') draft = without(draft, id);
        if (what === 'move') draft = moved(draft, id, by);
        if (what === 'type') draft = withType(draft, id, type, null);
        if (what === 'option') draft = withOption(draft, id, 'kernelSize', by);
      }
      const { fault, placed, model: whole } = checkDraft(draft, purpose);
      assert.is(fault === null, whole !== null);
      const top = draft.layers.findIndex(({ id }) => !placed.has(id));
      const inside = top < 0 ? [] : everyLayer([draft.layers[top]]).map(({ id }) => id);
      if (top >= 0) {
        assert.ok(inside.includes(fault!.layer!));
        assert.match(fault!.words, `: layer ${top} (${draft.layers[top].type})`);
      }
    }),
    { numRuns: 200 },
  );
});

test('what is typed is the value, and every value is shown as it can be typed', () => {
  const cases: [string, unknown][] = [
    ['', undefined],
    ['  ', undefined],
    ['3', 3],
    [' 3 ', 3],
    ['0.25', 0.25],
    ['.5', 0.5],
    ['1e-5', 1e-5],
    ['-1', -1],
    ['3, 5', [3, 5]],
    ['3×5', [3, 5]],
    ['[3,5]', [3, 5]],
    ['3,', [3]],
    ['1, 2, 3, 4', [1, 2, 3, 4]],
    ['same', 'same'],
    ["'same'", 'same'],
    ['classes', 'classes'],
    ['three', 'three'],
    ['3 5', '3 5'],
    ['0x10', '0x10'],
  ];
  for (const [text, value] of cases) assert.equal(optionOf(text), value, text);
  for (const model of models) {
    for (const { options } of everyLayer(draftOf(model).layers)) {
      for (const value of Object.values(options)) {
        if (typeof value !== 'boolean') assert.equal(optionOf(optionText(value)), value);
      }
    }
  }
});

test.run();
