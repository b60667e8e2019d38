import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withFlags } from '../../report/flags.ts';

test('options of the pipeline become flags', () => {
  assert.is(withFlags('shrink it, or raise `maxPixels`'), 'shrink it, or raise --max-pixels');
  assert.is(withFlags('try a lower `lr`, or `clip` 1'), 'try a lower --lr, or --clip 1');
  assert.is(withFlags('`out` a b: is a file'), '--out a b: is a file');
  assert.is(withFlags('name it with `columns.label`'), 'name it with --label-column');
});

test('one that is false becomes a --no-flag', () => {
  assert.is(withFlags('upright; `transpose` false leaves them'), 'upright; --no-transpose leaves them');
  assert.is(withFlags('`transpose` falsely'), '--transpose falsely');
});

test('everything else stays as it is', () => {
  for (const text of [
    '',
    'lr',
    '`',
    '`no option`',
    '`lossScale`',
    '`toString`',
    "a file `it's`",
    'maxPixels `',
  ]) {
    assert.is(withFlags(text), text);
  }
});

test.run();
