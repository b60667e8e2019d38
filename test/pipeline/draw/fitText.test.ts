import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shortened, wrapped } from '../../../pipeline/draw/fitText.ts';
import { textWidth } from '../../../pipeline/draw/text.ts';

/** The font has characters of one width. */
const ems = (characters: number) => characters * textWidth('m', 10);

test('a text that fits stays, a longer one loses its middle', () => {
  assert.is(shortened('photo.png', ems(9), 10), 'photo.png');
  assert.is(shortened('photograph-17.png', ems(9), 10), 'phot….png');
  assert.is(shortened('photograph-17.png', ems(8), 10), 'phot…png');
  assert.is(shortened('abc', ems(1), 10), '…');
  assert.is(shortened('', 0, 10), '');
});

test('a character of two code units is not cut in two', () => {
  const short = shortened('😀'.repeat(8), ems(5), 10);
  assert.is(short, '😀😀…😀😀');
});

test('words share lines as far as they fit', () => {
  assert.equal(wrapped(['specks 0.05', 'edge 0.1'], ems(12), 10), ['specks 0.05', 'edge 0.1']);
  assert.equal(wrapped(['specks 0.05', 'edge 0.1'], ems(20), 10), ['specks 0.05 edge 0.1']);
  assert.equal(wrapped(['a', 'b', 'much-too-long'], ems(5), 10), ['a b', 'mu…ng']);
  assert.equal(wrapped([], 10, 10), []);
});

test.run();
