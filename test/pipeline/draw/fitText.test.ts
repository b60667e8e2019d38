import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shortened, wrapped } from '../../../pipeline/draw/fitText.ts';
import { textWidth } from '../../../pipeline/draw/text.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';

/** The font has characters of one width. */
const ems = (characters: number) => characters * textWidth('m', 10, labelTypeface());

test('a text that fits stays, a longer one loses its middle', () => {
  assert.is(shortened('photo.png', ems(9), 10, labelTypeface()), 'photo.png');
  assert.is(shortened('photograph-17.png', ems(9), 10, labelTypeface()), 'phot….png');
  assert.is(shortened('photograph-17.png', ems(8), 10, labelTypeface()), 'phot…png');
  assert.is(shortened('abc', ems(1), 10, labelTypeface()), '…');
  assert.is(shortened('', 0, 10, labelTypeface()), '');
});

test('a character of two code units is not cut in two', () => {
  const short = shortened('😀'.repeat(8), ems(5), 10, labelTypeface());
  assert.is(short, '😀😀…😀😀');
});

test('words share lines as far as they fit', () => {
  assert.equal(wrapped(['specks 0.05', 'edge 0.1'], ems(12), 10, labelTypeface()), [
    'specks 0.05',
    'edge 0.1',
  ]);
  assert.equal(wrapped(['specks 0.05', 'edge 0.1'], ems(20), 10, labelTypeface()), ['specks 0.05 edge 0.1']);
  assert.equal(wrapped(['a', 'b', 'much-too-long'], ems(5), 10, labelTypeface()), ['a b', 'mu…ng']);
  assert.equal(wrapped([], 10, 10, labelTypeface()), []);
});

test.run();
