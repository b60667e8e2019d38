// The safetensors format, by the byte: https://github.com/huggingface/safetensors#format
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../engine/errors.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../engine/formats/safetensors.ts';
import { assertThrows, randomValues } from '../support/compare.ts';

const write = (tensors: Record<string, StoredTensor>, metadata: Record<string, string> = {}) =>
  writeSafetensors({ tensors: new Map(Object.entries(tensors)), metadata });

/** A file made by hand: a header as it stands, then the numbers. */
function file(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

/** Expects one line that names the file. */
function refused(bytes: Uint8Array, pattern: RegExp): void {
  const error = assertThrows(() => readSafetensors(bytes, 'w.safetensors'), pattern);
  assert.instance(error, InkgradError);
  assert.match(error.message, /^w\.safetensors: .*; expected a safetensors file/);
}

// ---- round trips -----------------------------------------------------------------------------------------

const samples: Record<string, StoredTensor> = {
  'layer.0.weight': { shape: [2, 3], data: Float32Array.from(randomValues([6], 1)) },
  labels: { shape: [3], data: Int32Array.of(-1, 2 ** 31 - 1, -(2 ** 31)) },
  precise: { shape: [2, 1], data: Float64Array.of(Math.PI, -1e300) },
  scalar: { shape: [], data: Float32Array.of(-2.5) },
  empty: { shape: [0, 7], data: new Float32Array(0) },
  special: { shape: [4], data: Float32Array.of(Number.POSITIVE_INFINITY, -0, Number.NaN, 1e-45) },
};

test('all types, scalars and empty tensors come back as they were', () => {
  const { tensors } = readSafetensors(write(samples), 'file');
  assert.equal([...tensors.keys()], Object.keys(samples));
  for (const [name, { shape, data }] of Object.entries(samples)) {
    const found = tensors.get(name)!;
    assert.equal(found.shape, shape);
    assert.is(found.data.constructor, data.constructor);
    assert.ok(
      found.data.every((value, i) => Object.is(value, data[i])),
      name,
    );
  }
});

test('metadata come back as they were', () => {
  const metadata = { inkgrad: '1', ünïcode: '"quoted"\n日本', empty: '' };
  assert.equal(readSafetensors(write({}, metadata), 'file').metadata, metadata);
});

test('a file without metadata has none', () => {
  assert.equal(readSafetensors(file({}), 'file'), { tensors: new Map(), metadata: {} });
});

test('names come back in their order, whatever they are', () => {
  // JavaScript sorts names that are whole numbers to the front of an object, and does not store __proto__.
  const names = ['10', '2', 'a.weight', '__proto__', 'with "quotes"', 'ünïcode', ''];
  const tensors = new Map(names.map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }]));
  const found = readSafetensors(writeSafetensors({ tensors, metadata: {} }), 'file').tensors;
  assert.equal(
    [...found].map(([name, { data }]) => [name, data[0]]),
    names.map((name, i) => [name, i]),
  );
});

test('a tensor on a part of a longer array stores that part', () => {
  const data = Float32Array.of(9, 1, 2, 3, 9).subarray(1, 4);
  const found = readSafetensors(write({ part: { shape: [3], data } }), 'file').tensors.get('part');
  assert.equal([...found!.data], [1, 2, 3]);
});

test('a Buffer from a pool, at an odd place in its memory, reads as well as a Uint8Array', () => {
  const bytes = write(samples, { a: 'b' });
  for (const offset of [1, 3, 4, 7]) {
    const memory = new ArrayBuffer(bytes.length + 16);
    new Uint8Array(memory).fill(0xee);
    const buffer = Buffer.from(memory, offset, bytes.length);
    buffer.set(bytes);
    const { tensors, metadata } = readSafetensors(buffer, 'file');
    assert.equal(metadata, { a: 'b' });
    for (const [name, { data }] of Object.entries(samples)) {
      assert.ok(
        tensors.get(name)!.data.every((value, i) => Object.is(value, data[i])),
        name,
      );
    }
  }
});

test('what was read is a copy: the bytes may change afterwards', () => {
  const bytes = Buffer.from(write({ a: { shape: [2], data: Float32Array.of(1, 2) } }));
  const { data } = readSafetensors(bytes, 'file').tensors.get('a')!;
  bytes.fill(0);
  assert.equal([...data], [1, 2]);
});

// ---- the bytes -------------------------------------------------------------------------------------------

test('a file is the header length, the header and the numbers, all little-endian', () => {
  const bytes = write(
    { a: { shape: [1, 2], data: Float32Array.of(1, -2) }, b: { shape: [1], data: Int32Array.of(258) } },
    { k: 'v' },
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  assert.is(view.getUint32(4, true), 0, 'the high half of the length');
  assert.is(length % 8, 0, 'the numbers begin on a multiple of eight');
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  assert.match(text, /^\{.*\} *$/);
  assert.equal(JSON.parse(text), {
    __metadata__: { k: 'v' },
    a: entry('F32', [1, 2], 0, 8),
    b: entry('I32', [1], 8, 12),
  });
  assert.equal([...bytes.subarray(8 + length)], [0, 0, 128, 63, 0, 0, 0, 192, 2, 1, 0, 0]);
});

test('a file from another program reads: any order in the header, padding or none', () => {
  const header = { second: entry('F64', [1], 4, 12), first: entry('F32', [], 0, 4) };
  const data = [0, 0, 32, 192, 0, 0, 0, 0, 0, 0, 248, 63];
  for (const text of [JSON.stringify(header), `${JSON.stringify(header)}   `]) {
    const { tensors } = readSafetensors(file(text, data), 'file');
    assert.equal([...tensors.get('first')!.data], [-2.5]);
    assert.equal([...tensors.get('second')!.data], [1.5]);
  }
});

// ---- what must be refused --------------------------------------------------------------------------------

test('a file that is cut short after any byte is refused', () => {
  const whole = write({ a: { shape: [2], data: Float32Array.of(1, 2) }, b: samples.labels }, { k: 'v' });
  for (let length = 0; length < whole.length; length++) refused(whole.slice(0, length), /./);
  assert.is(readSafetensors(whole, 'file').tensors.size, 2);
});

test('a header length beyond the file is refused, also beyond 2⁵³', () => {
  for (const length of [3n, 1n << 32n, (1n << 53n) + 1n, (1n << 64n) - 1n]) {
    const bytes = file('{}');
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    refused(bytes, /the file ends in its header, after 10 bytes/);
  }
});

const malformed: [string, unknown][] = [
  ['no JSON', '{"a": '],
  ['empty', ''],
  ['a number', 5],
  ['null', null],
  ['a text', '""'],
  ['a list', []],
  ['an entry that is no object', { a: 3 }],
  ['an entry that is null', { a: null }],
  ['an entry without a type', { a: { shape: [], data_offsets: [0, 0] } }],
  ['a shape that is no list', { a: entry('F32', 2, 0, 8) }],
  ['a negative length', { a: entry('F32', [-1, -2], 0, 8) }],
  ['a fractional length', { a: entry('F32', [0.5, 4], 0, 8) }],
  ['a length that is a text', { a: entry('F32', ['2'], 0, 8) }],
  ['one offset', { a: { dtype: 'F32', shape: [0], data_offsets: [0] } }],
  ['three offsets', { a: { dtype: 'F32', shape: [0], data_offsets: [0, 0, 0] } }],
  ['metadata that are null', { __metadata__: null }],
  ['metadata that are a list', { __metadata__: [] }],
  ['metadata that are no texts', { __metadata__: { a: 1 } }],
];

for (const [name, header] of malformed) {
  test(`a header that is, or holds, ${name} is refused`, () => {
    refused(file(header, [1, 2, 3, 4, 5, 6, 7, 8]), /./);
  });
}

test('only a header that is no JSON is said to be no JSON', () => {
  const { message } = assertThrows(() => readSafetensors(file({ a: entry('F32', [-1], 0, 4) }), 'file'), /./);
  assert.not.match(message, /not JSON/);
});

test('a type without an array is named, also one that objects have by nature', () => {
  for (const dtype of ['BF16', 'f32', '', 'constructor', 'toString']) {
    refused(
      file({ a: entry(dtype, [1], 0, 4) }, [1, 2, 3, 4]),
      new RegExp(`tensor a has the type ${dtype},`),
    );
  }
});

const bytes = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('offsets that do not fit the shape are refused with both sizes', () => {
  refused(file({ a: entry('F32', [3], 0, 8) }, bytes(8)), /tensor a has 8 bytes, not 12/);
});

test('offsets that end before they begin are refused', () => {
  refused(file({ a: entry('F32', [1], 8, 4) }, bytes(8)), /tensor a/);
});

test('negative offsets are refused', () => {
  refused(file({ a: entry('F32', [1], -4, 0) }, bytes(8)), /./);
});

test('offsets beyond the file are refused', () => {
  refused(file({ a: entry('F32', [2], 4, 12) }, bytes(8)), /tensor a/);
});

test('tensors that overlap are refused, as the format demands', () => {
  refused(file({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, bytes(8)), /tensor b/);
});

test('a gap between tensors is refused, as the format demands', () => {
  refused(file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, bytes(12)), /tensor b/);
});

test('bytes after the last tensor are refused, as the format demands', () => {
  refused(file({ a: entry('F32', [1], 0, 4) }, bytes(5)), /./);
});

test('a shape that does not fit the numbers is refused when it is written', () => {
  assert.instance(
    assertThrows(() => write({ a: { shape: [3], data: Float32Array.of(1, 2) } }), /\[3\]/),
    InkgradError,
  );
});

test.run();
