import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../../pipeline/faults.ts';
import { findMapping, readMapping } from '../../../../pipeline/node/data/mapping.ts';
import { mappings } from '../../../../pipeline/node/data/mappings.ts';
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
  const bad: [string, Fault, ...string[]][] = [
    ['0 48\n1 x\n', 'invalid-table', 'file line 2', '"1 x"'],
    ['0 1114112\n', 'invalid-table', 'file line 1', '1114112'],
    ['0 55296\n', 'invalid-table', 'file line 1', '55296'],
    ['0 48\n0 49\n', 'invalid-table', 'file line 2', 'label 0'],
    ['\n', 'invalid-table', 'file:'],
    ['index,char\n0,\n', 'invalid-table', 'file row 2', '0,;'],
    ['index,meaning\n0,a\n', 'invalid-table', 'file row 2', '0,a;'],
  ];
  for (const [text, code, ...names] of bad) await refuses(() => read(text), code, ...names);
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
  await refuses(() => findMapping('kmnits'), 'missing', '`mapping` kmnits', 'kmnist?');
  await refuses(
    () => findMapping('toString'),
    'missing',
    '`mapping` toString',
    'fashion-mnist, kmnist, capitals',
  );
});

test.run();
