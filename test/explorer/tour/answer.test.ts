import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAnswer, numbersIn } from '../../../explorer/tour/answer.ts';
import type { Question } from '../../../explorer/tour/chapter.ts';

const texts = { text: '', why: '', action: {} };
const number = (answer: number, tolerance = 0): Question => ({
  ...{ kind: 'number', answer, tolerance, choices: [] },
  ...texts,
});
const choice: Question = { kind: 'choice', answer: 1, choices: ['a', 'b', 'c'], ...texts };

const readings: readonly (readonly [string, readonly number[]])[] = [
  ['24', [24]],
  [' 24 ', [24]],
  ['1290', [1290]],
  ['1 290', [1290]],
  ['1’290', [1290]],
  ['1,290', [1290, 1.29]],
  ['1,234,567', [1234567]],
  ['0,75', [0.75]],
  ['0.75', [0.75]],
  ['.75', [0.75]],
  ['3/4', [0.75]],
  ['75 %', [0.75]],
  ['−6', [-6]],
  ['-6', [-6]],
  ['+6.0', [6]],
  ['6e2', [600]],
  ['', []],
  ['seven', []],
  ['24 maps', []],
  ['1/0', []],
  ['1/2/3', []],
  ['1,23,4', []],
  ['1,2.3', []],
  ['0x18', []],
  ['Infinity', []],
  ['--6', []],
];

for (const [text, numbers] of readings) {
  test(`"${text}" is read as ${numbers.length === 0 ? 'no number' : numbers.join(' or ')}`, () => {
    assert.equal(numbersIn(text), numbers);
  });
}

test('a number that can be counted is right or it is not', () => {
  assert.is(checkAnswer(number(24), '24'), 'right');
  assert.is(checkAnswer(number(24), '24.0'), 'right');
  assert.is(checkAnswer(number(24), '25'), 'wrong');
  assert.is(checkAnswer(number(24), '24.001'), 'wrong');
  assert.is(checkAnswer(number(24), 24), 'right');
});

test('a rounding of the decimals themselves is none of the answer', () => {
  assert.is(checkAnswer(number(0.1), 0.3 - 0.2), 'right');
});

test('a tolerance reaches as far as it says, both ways', () => {
  for (const given of ['2.29', '2.31', '2,30'])
    assert.is(checkAnswer(number(2.3, 0.01), given), 'right', given);
  for (const given of ['2.28', '2.32', '-2.3'])
    assert.is(checkAnswer(number(2.3, 0.01), given), 'wrong', given);
});

test('a comma may group digits or begin decimals', () => {
  assert.is(checkAnswer(number(1290), '1,290'), 'right');
  assert.is(checkAnswer(number(1.29), '1,290'), 'right');
});

test('what is no number is not called wrong', () => {
  for (const given of ['', 'two', Number.NaN])
    assert.is(checkAnswer(number(2), given), 'unreadable', `${given}`);
});

test('a choice is right by its place', () => {
  assert.is(checkAnswer(choice, 1), 'right');
  assert.is(checkAnswer(choice, 0), 'wrong');
  for (const given of [3, -1, 0.5, 'b']) assert.is(checkAnswer(choice, given), 'unreadable', `${given}`);
});

test.run();
