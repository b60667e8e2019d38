import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { named } from '../../cli/readImage.ts';
import { PipelineError } from '../../pipeline/faults.ts';

test('an error that an image is named in keeps its code', () => {
  const error = new PipelineError('no characters found', 'no-writing');
  for (const [path, name] of [
    ['a.png', 'a.png'],
    ['-', 'standard input'],
  ]) {
    const { message, code } = named(path, error);
    assert.equal([message, code], [`${name}: no characters found`, 'no-writing']);
  }
  const whole = new PipelineError('a.png: no such file', 'missing');
  assert.is(named('a.png', whole), whole, 'it is named once');
});

test.run();
