import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findMapping, mappings, readMapping } from '../../../../pipeline/node/data/mapping.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

/** Reads a mapping file of this text. */
async function read(text: string) {
  const folder = tempFolder({ file: text });
  try {
    return [...readMapping(join(folder.path, 'file'))];
  } finally {
    folder.remove();
  }
}

test("EMNIST's form: the first code point names the label", async () => {
  assert.equal(await read('0 48\r\n1 65 97\n2 8364 euro\n\n'), [
    [0, '0'],
    [1, 'A'],
    [2, '€'],
  ]);
});

test("KMNIST's class map, and one with a semicolon", async () => {
  const kana = 'index,codepoint,char\n0,U+304A,お\n1,U+304D,き\n';
  assert.equal(await read(kana), [
    [0, 'お'],
    [1, 'き'],
  ]);
  assert.equal(await read('\ufeffindex;name\r\n3;"T-shirt;top"\r\n'), [[3, 'T-shirt;top']]);
});

test('what is wrong is named with its line', async () => {
  const bad: [string, RegExp][] = [
    ['0 48\n1 x\n', /file line 2: "1 x"; expected a label and a code point, like "0 65"$/],
    ['0 1114112\n', /file line 1: /],
    ['0 55296\n', /file line 1: /],
    ['0 48\n0 49\n', /file line 2: label 0 is named twice/],
    ['\n', /^file: no labels/],
    ['index,char\n0,\n', /file row 2: 0,; expected an index and a char/],
    ['index,meaning\n0,a\n', /file row 2: 0,a; expected an index and a char/],
  ];
  for (const [text, pattern] of bad) await refuses(() => read(text), pattern);
});

test('well-known sets by name', async () => {
  assert.is(findMapping('fashion-mnist').get(0), 'T-shirt/top');
  assert.is(findMapping('fashion-mnist').get(9), 'Ankle boot');
  assert.is([...findMapping('kmnist').values()].join(''), 'おきすつなはまやれを');
  assert.is(findMapping('capitals').get(25), 'Z');
  assert.equal(
    Object.values(mappings).map(({ size }) => size),
    [10, 10, 26],
  );
  await refuses(
    () => findMapping('kmnits'),
    /^`mapping` kmnits: no such mapping or file; did you mean kmnist\?/,
  );
  await refuses(
    () => findMapping('toString'),
    /no such mapping or file; give fashion-mnist, kmnist, capitals or a file/,
  );
});

test.run();
