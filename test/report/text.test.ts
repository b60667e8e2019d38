// What reports are made of, as text: numbers, tables and scales.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grouped } from '../../pipeline/text/grouped.ts';
import { decades, powers } from '../../report/charts/scales.ts';
import { duration, roundDuration, share, three } from '../../report/format.ts';
import { markdownTable } from '../../report/markdown.ts';

test('three digits count', () => {
  const shown = [0, 0.00123, 0.5, 1, 9.999, 12.34, 999.9, 12_345].map(three);
  assert.equal(shown, ['0', '0.00123', '0.500', '1.00', '10.0', '12.3', '1,000', '12,300']);
  assert.is(three(Number.NaN), '–');
  assert.is(Number(three(1e-120)), 0);
  assert.equal([0.5, 0.0995, 0.0123, 0.00123, 1.234].map(share), [
    '50 %',
    '10 %',
    '1.2 %',
    '0.12 %',
    '123 %',
  ]);
  assert.equal([0.0123, 1.5, 1234].map(duration), ['12.3 µs', '1.50 ms', '1.23 s']);
  assert.equal([0.001, 1, 10, 1000].map(roundDuration), ['1 µs', '1 ms', '10 ms', '1 s']);
});

test('numbers are grouped as ICU groups them, but for a zero with a sign', () => {
  const numbers = Array.from({ length: 400 }, (_, i) => (-1) ** i * Math.exp(i / 8));
  for (const n of [
    ...numbers,
    0,
    999.4,
    999.5,
    1e15,
    1e16,
    1e21,
    -1000,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]) {
    assert.is(grouped(n), Math.round(n).toLocaleString('en-US').replace(/^-0$/, '0'), `${n}`);
  }
});

test('a Markdown table is padded, and escapes what would end a cell', () => {
  const table = markdownTable(
    ['<name', 'n'],
    [
      ['a|b', '1'],
      ['µs', '1,234'],
    ],
  );
  assert.is(table, '| name |     n |\n|------|------:|\n| a\\|b |     1 |\n| µs   | 1,234 |');
});

test('a logarithmic axis', () => {
  assert.equal(decades([0.02, 3]), [0.01, 10]);
  assert.equal(decades([1]), [1, 10]);
  assert.equal(
    powers(0.01, 10).map((n) => n.toPrecision(1)),
    ['0.01', '0.1', '1', '1e+1'],
  );
});

test.run();
