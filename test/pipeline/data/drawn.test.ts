// Characters that are drawn beside training images: which, how many, and that they look as images of the data do.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { limited } from '../../../pipeline/data/cuts.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { forms } from '../../../pipeline/data/drawn/forms.ts';
import { byHand } from '../../../pipeline/data/drawn/hand.ts';
import { usualDrawn, withDrawn } from '../../../pipeline/data/drawn/withDrawn.ts';
import { loadMnist } from '../../../pipeline/node/data/mnist.ts';
import { refuses } from '../../support/images.ts';

const some = limited(loadMnist().train, 600, 1);
const image = ({ images, size }: Dataset, i: number) => images.subarray(i * size ** 2, (i + 1) * size ** 2);

test('a share of the images is drawn behind them, by the seed alone, all digits alike', () => {
  const more = withDrawn(some, { drawn: 0.5, seed: 3 });
  assert.is(more.labels.length, 900);
  assert.equal(more.images.subarray(0, some.images.length), some.images);
  assert.equal(more.labels.subarray(0, 600), some.labels);
  assert.equal(withDrawn(some, { drawn: 0.5, seed: 3 }), more);
  assert.not.equal(withDrawn(some, { drawn: 0.5, seed: 4 }).images, more.images);
  const drawn = [...more.labels.subarray(600)];
  for (let digit = 0; digit < 10; digit++) {
    const times = drawn.filter((label) => label === digit).length;
    assert.ok(times > 15 && times < 45, `${times} times ${digit}`);
  }
});

test('none are drawn where none are asked for; unasked only beside MNIST', () => {
  assert.is(withDrawn(some, { drawn: 0, seed: 1 }), some);
  assert.equal([usualDrawn('mnist') > 0, usualDrawn('letters')], [true, 0]);
});

test('only classes that can be drawn are, in their share; files keep no paths that do not match', async () => {
  const labels = Int32Array.from({ length: 40 }, (_, i) => (i < 30 ? 0 : 1));
  const mixed: Dataset = {
    name: 'mixed',
    classes: ['x', '4'],
    size: 28,
    images: some.images.slice(0, 40 * 784),
    labels,
    paths: Array.from(labels, (_, i) => `${i}.png`),
  };
  const more = withDrawn(mixed, { drawn: 0.5, seed: 1 });
  assert.equal([...more.labels.subarray(40)], [1, 1, 1, 1, 1]);
  assert.is(more.paths, undefined);
  await refuses(
    () => withDrawn({ ...mixed, classes: ['x', 'y'] }, { drawn: 0.5, seed: 1 }),
    'invalid-setting',
    'drawn',
    '0 to 9',
  );
});

test('drawn digits lie as those of the data do: their ink as tall, its centre in the middle', () => {
  const more = withDrawn(some, { drawn: 0.2, seed: 5 });
  for (let i = 600; i < 720; i++) {
    const ink = image(more, i);
    const rows = Array.from(ink, (value, at) => (value > 64 ? Math.floor(at / 28) : -1)).filter(
      (row) => row >= 0,
    );
    assert.ok(rows.length > 20 && rows.length < 392, `${rows.length} pixels of ink`);
    const [first, last] = [rows[0], rows.at(-1)!];
    assert.ok(last - first < 22, `rows ${first} to ${last}`);
    const mass = ink.reduce((sum, value) => sum + value, 0);
    const middle = ink.reduce((sum, value, at) => sum + value * (at % 28), 0) / mass;
    assert.ok(Math.abs(middle - 13.5) < 1.5, `centre at ${middle}`);
  }
});

test('each digit has several forms, whose strokes lie in their square and meet where they say', () => {
  assert.equal(Object.keys(forms), [...'0123456789']);
  for (const [digit, ways] of Object.entries(forms)) {
    assert.ok(ways.length >= 2, digit);
    for (const value of ways.flat(3)) assert.ok(value >= 0 && value <= 100, `${digit}: ${value}`);
  }
  // The 7 of two strokes: the second begins where the first ends, however unsteady the hand.
  const [bar, stem] = byHand(forms[7][0])(new Random(1, 2));
  assert.equal(bar.slice(-2), stem.slice(0, 2));
});

test('beside images in colour none are drawn', async () => {
  const images = new Uint8Array(12);
  const data = {
    name: 'rgb',
    classes: ['0'],
    size: 2,
    channels: 3,
    images,
    labels: Int32Array.of(0),
  } as const;
  assert.is(withDrawn(data, { drawn: 0, seed: 1 }), data);
  await refuses(() => withDrawn(data, { drawn: 0.5, seed: 1 }), 'invalid-setting', '`drawn`', 'in grey');
});

test.run();
