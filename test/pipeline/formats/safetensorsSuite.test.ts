// 109 files and three described ones, plain and hostile, with the verdict of the safetensors format. They lie beside the
// project; a plain clone has none of them.
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../../engine/errors.ts';
import { readSafetensors } from '../../../pipeline/formats/safetensors.ts';
import { assertThrows } from '../../support/compare.ts';

const FILE = '../shared/conformance/suites/safetensors.json';

interface Case {
  readonly id: string;
  /** base64 of the whole file */
  readonly bytes: string;
  readonly expected: 'ok' | 'refuse';
  readonly reason: string;
}

const withHeader = (header: Buffer, numbers = Buffer.alloc(0)): Buffer => {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, numbers]);
};

/** What the suite describes, since it would be large as base64. */
const described: Record<string, () => Buffer> = {
  'overlap-100000': () => {
    const entry = '{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}';
    const entries = Array.from({ length: 100_000 }, (_, i) => `"weight_${i}":${entry}`);
    return withHeader(Buffer.from(`{${entries.join(',')}}`), Buffer.alloc(16));
  },
  'header-100000001': () => withHeader(Buffer.concat([Buffer.from('{}'), Buffer.alloc(99_999_999, ' ')])),
  'deep-5000000': () => withHeader(Buffer.alloc(5_000_000, '[')),
};

function check(bytes: Buffer, expected: 'ok' | 'refuse'): void {
  if (expected === 'ok') {
    readSafetensors(bytes, 'a');
    return;
  }
  const error = assertThrows(() => readSafetensors(bytes, 'a'), /^a: .+; .+/);
  assert.instance(error, InkgradError);
  assert.not.match(error.message, /\n/);
}

if (existsSync(FILE)) {
  const suite = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Case[]; generated: Case[] };
  for (const { id, bytes, expected, reason } of suite.cases) {
    test(`${id} (${reason}): ${expected}`, () => check(Buffer.from(bytes, 'base64'), expected));
  }
  for (const { id, expected, reason } of suite.generated) {
    test(`${id} (${reason}): ${expected}`, () => check(described[id](), expected));
  }
  test('there are as many cases as are known', () => assert.is(suite.cases.length, 109));
} else {
  console.log(`the suite of safetensors files is not tested: there is no ${FILE}`);

  test('a plain clone has no suite', () => assert.not.ok(existsSync(FILE)));
}

test.run();
