import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onlyKnown } from '../../../pipeline/data/cuts.ts';
import { type Dataset, relabel } from '../../../pipeline/data/dataset.ts';
import { mergeCase } from '../../../pipeline/evaluate/mergeCase.ts';
import { Confusion } from '../../../pipeline/evaluate/metrics.ts';
import { caseFold, caseGroups } from '../../../pipeline/text/caseFold.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { refuses } from '../../support/images.ts';

test('case is folded as Unicode folds it, sign by sign', () => {
  const alike = ['Oo', 'Éé', 'Σσ', 'Σς', 'Кк', '\u212ak', 'ſs', 'ẞß', 'Ǆǆ', 'ǅǆ', '𐐀𐐨'];
  for (const [one, other] of alike.map((pair) => [...pair])) {
    assert.is(caseFold(one), caseFold(other), `${one} and ${other}`);
  }
  const apart = ['0o', 'lI', '1l', 'ıi', 'ıI', 'oö', 'ßs', 'あア', '😀😁'];
  for (const [one, other] of apart.map((pair) => [...pair])) {
    assert.is.not(caseFold(one), caseFold(other), `${one} and ${other}`);
  }
  assert.is(caseFold('E\u0301'), caseFold('é'));
  assert.is(caseFold('Ankle BOOT'), 'ankle boot');
});

test('it agrees with the case folding of regular expressions on every letter', () => {
  for (let code = 0; code < 0x1f000; code++) {
    const sign = String.fromCodePoint(code);
    if (!/\p{L}/u.test(sign) || sign.normalize('NFC') !== sign) continue;
    const folded = caseFold(sign);
    if (folded === sign || [...folded].length > 1) continue;
    assert.ok(new RegExp(`^${sign}$`, 'iu').test(folded), `${sign} → ${folded}`);
  }
});

test('groups keep the order of their first names', () => {
  assert.equal(caseGroups(['0', 'A', 'B', 'a', 'é', 'b', 'É']), [['0'], ['A', 'a'], ['B', 'b'], ['é', 'É']]);
});

test('a prediction counts when only its case is wrong', () => {
  const classes = ['0', 'O', 'o', 'X', 'x'];
  const confusion = new Confusion(5);
  const seen: [string, string, number][] = [
    ['0', '0', 3],
    ['0', 'O', 2],
    ['O', 'o', 4],
    ['o', 'O', 5],
    ['o', '0', 1],
    ['X', 'X', 6],
    ['x', 'X', 7],
    ['x', 'o', 2],
  ];
  for (const [label, predicted, times] of seen) {
    for (let i = 0; i < times; i++) confusion.add(classes.indexOf(label), classes.indexOf(predicted));
  }
  assert.is(confusion.accuracy, 9 / 30);
  const merged = mergeCase(classes, confusion);
  assert.equal(merged.classes, ['0', 'O/o', 'X/x']);
  assert.equal(merged.merged, [
    ['O', 'o'],
    ['X', 'x'],
  ]);
  assert.equal(merged.confusion.matrix, [
    [3, 2, 0],
    [1, 9, 0],
    [0, 2, 13],
  ]);
  assert.is(merged.confusion.accuracy, 25 / 30);
  const [, o] = merged.confusion.perClass();
  assert.equal([o.precision, o.recall, o.support], [9 / 13, 9 / 10, 10]);
});

test('classes without partners stay as they are', () => {
  const confusion = new Confusion(2);
  confusion.add(0, 1);
  confusion.add(1, 1);
  const { merged, classes, confusion: same } = mergeCase(['a', 'B'], confusion);
  assert.equal([merged, classes, same.matrix], [[], ['a', 'B'], confusion.matrix]);
});

const mixed: Dataset = {
  name: 'mixed',
  classes: ['1', '2', 'A', 'b'],
  size: 1,
  images: Uint8Array.of(10, 11, 12, 13, 14),
  labels: Int32Array.of(0, 2, 1, 2, 0),
  paths: ['p', 'q', 'r', 's', 't'],
};

test('only the images of known classes stay, and the others are told', async () => {
  const { known, leftOut } = onlyKnown(mixed, ['0', '1', '2'], 'mixed');
  assert.equal(
    [[...known.images], [...known.labels], known.paths],
    [
      [10, 12, 14],
      [0, 1, 0],
      ['p', 'r', 't'],
    ],
  );
  // b has no images, so none is left out.
  assert.equal(leftOut, ['A']);
  assert.equal([...relabel(known, ['0', '1', '2'], 'mixed').labels], [1, 2, 1]);
  assert.is(onlyKnown(mixed, ['A', '1', '2'], 'mixed').known, mixed);
  await refuses(() => onlyKnown(mixed, ['x'], 'mixed'), 'unknown-class', 'mixed:', '1 2 A b', 'x;');
  await refuses(
    () => relabel(mixed, ['1', '2'], 'mixed'),
    'unknown-class',
    'mixed:',
    'classes A',
    '1 2;',
    '`onlyKnown`',
  );
});

test('names that would break a line are shown, others stay', () => {
  assert.is(visible('two\nlines\t\x1b[31m\u2028\u202e'), 'two\\nlines\\t\\u{1b}[31m\\u{2028}\\u{202e}');
  for (const name of ['a b', 'é', '😀', '\'"', 'あ', '👨‍👩‍👧']) assert.is(visible(name), name);
});

test.run();
