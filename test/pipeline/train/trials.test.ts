// What is tried: a grid in order, draws from values and ranges by a seed, and what cannot be tried is refused by name.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawTrials, gridOf, parseDimension } from '../../../pipeline/train/trials.ts';
import { refuses } from '../../support/images.ts';

const dimensions = (...texts: string[]) => texts.map(parseDimension);

test('a grid has every combination, the last setting changing fastest', () => {
  assert.equal(gridOf(dimensions('lr=0.001,3e-3', 'optimizer=adam,sgd')), [
    { lr: 0.001, optimizer: 'adam' },
    { lr: 0.001, optimizer: 'sgd' },
    { lr: 0.003, optimizer: 'adam' },
    { lr: 0.003, optimizer: 'sgd' },
  ]);
  assert.equal(gridOf(dimensions('weight-decay=0', 'augment=light,none', 'model=lenet')), [
    { weightDecay: 0, augment: 'light', model: 'lenet' },
    { weightDecay: 0, augment: 'none', model: 'lenet' },
  ]);
});

test('draws are within their ranges, as many below the middle factor as above, none twice, the same for a seed', () => {
  const tried = dimensions('lr=0.0001..0.01', 'batch=8..16', 'mixup=0..0.4');
  const drawn = drawTrials(tried, 200, 4);
  assert.equal(drawn, drawTrials(tried, 200, 4));
  assert.equal(drawn.slice(0, 5), drawTrials(tried, 5, 4));
  assert.not.equal(drawn, drawTrials(tried, 200, 5));
  const rates = drawn.map(({ lr }) => lr as number);
  assert.ok(rates.every((lr) => lr >= 0.0001 && lr <= 0.01));
  const low = rates.filter((lr) => lr < 0.001).length;
  assert.ok(low > 70 && low < 130, `${low} of 200 below 0.001`);
  assert.ok(
    drawn.every(({ batch }) => Number.isInteger(batch) && (batch as number) >= 8 && (batch as number) <= 16),
  );
  assert.ok(drawn.every(({ mixup }) => (mixup as number) >= 0 && (mixup as number) <= 0.4));
  assert.is(new Set(drawn.map((trial) => JSON.stringify(trial))).size, 200);
});

test('where a grid has no more than are drawn, all of it is tried; a narrow range ends', () => {
  const tried = dimensions('lr=0.001,0.003', 'batch=32,64');
  assert.equal(drawTrials(tried, 9, 1), gridOf(tried));
  assert.is(new Set(drawTrials(tried, 3, 1).map((trial) => JSON.stringify(trial))).size, 3);
  assert.is(drawTrials(dimensions('batch=2..4'), 9, 1).length, 3);
});

/** What is typed, and what an error must name. */
const wrong: readonly (readonly [string, ...string[]])[] = [
  ['lrr=1', 'lrr', 'did you mean lr?'],
  ['colour=red', 'colour', 'epochs'],
  ['lr', 'lr', 'lr=0.001,0.003'],
  ['lr=', 'lr='],
  ['lr=0.1,,1', 'lr=0.1,,1'],
  ['lr=0.1,0.1', 'lr=0.1,0.1', 'twice'],
  ['lr=0.1,abc', 'abc', 'a number > 0'],
  ['batch=1.5', '1.5', 'a whole number'],
  ['optimizer=adm', 'adm', 'did you mean adam?'],
  ['lr=0.1..0.01', 'lr=0.1..0.01', 'the lower one first'],
  ['optimizer=adam..sgd', 'adam..sgd'],
];

for (const [text, ...names] of wrong) {
  test(`${text} is refused`, async () => {
    await refuses(() => parseDimension(text), 'invalid-setting', ...names);
  });
}

test('a range in a grid, a setting that is tried twice, and too many are refused', async () => {
  await refuses(() => gridOf(dimensions('lr=0.1..1')), 'invalid-setting', 'lr', '`draws`');
  await refuses(() => gridOf(dimensions('lr=1,2', 'lr=3')), 'invalid-setting', 'lr');
  await refuses(() => drawTrials(dimensions('lr=1..2'), 2000, 1), 'invalid-setting', '2000');
  const many = Array.from({ length: 40 }, (_, i) => i + 1).join(',');
  await refuses(() => gridOf(dimensions(`batch=${many}`, `epochs=${many}`)), 'invalid-setting', '1600');
});

test.run();
