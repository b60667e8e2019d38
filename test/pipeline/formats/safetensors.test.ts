// The safetensors format, by the byte: https://github.com/huggingface/safetensors#format
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../pipeline/faults.ts';
import type { StoredTensor } from '../../../pipeline/formats/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../../pipeline/formats/safetensors.ts';
import { assertThrows, randomValues } from '../../support/compare.ts';

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
  assert.instance(error, PipelineError);
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
  const none = { tensors: new Map(), others: new Map(), metadata: {} };
  assert.equal(readSafetensors(file({}), 'file'), none);
  assert.equal(readSafetensors(file({ __metadata__: null }), 'file'), none);
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

// ---- types that the engine has no tensors of -------------------------------------------------------------

/** Numbers of a type and what they are read as. */
const widened: [type: string, bytes: number[], values: Float32Array | Int32Array][] = [
  [
    'F16',
    [0, 0x3c, 0xff, 0xfb, 1, 0, 0xff, 3, 0, 0x80, 0, 0x7c, 1, 0x7e],
    Float32Array.of(1, -65504, 2 ** -24, 1023 * 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NaN),
  ],
  [
    'BF16',
    [0x80, 0x3f, 0x49, 0xc0, 1, 0, 0, 0x80, 0x80, 0xff],
    Float32Array.of(1, -3.140625, 2 ** -133, -0, Number.NEGATIVE_INFINITY),
  ],
  ['BOOL', [0, 1], Int32Array.of(0, 1)],
  ['U8', [0, 255], Int32Array.of(0, 255)],
  ['I8', [127, 255], Int32Array.of(127, -1)],
  ['U16', [1, 0, 255, 255], Int32Array.of(1, 65535)],
  ['I16', [1, 0, 0, 128], Int32Array.of(1, -32768)],
];

for (const [type, bytes, values] of widened) {
  test(`${type} is read as ${values.constructor.name}, which holds it exactly`, () => {
    const { tensors, others } = readSafetensors(
      file({ a: entry(type, [values.length], 0, bytes.length) }, bytes),
      'file',
    );
    const { data } = tensors.get('a')!;
    assert.is(data.constructor, values.constructor);
    assert.equal(
      [...data].map((value) => (Object.is(value, -0) ? '-0' : value)),
      [...values].map((value) => (Object.is(value, -0) ? '-0' : value)),
    );
    assert.is(others.size, 0);
  });
}

test('all halves are read as the definition has them, and in order', () => {
  const halves = Uint16Array.from({ length: 0x7c01 }, (_, i) => i);
  const bytes = new Uint8Array(halves.buffer);
  const whole = file({ a: entry('F16', [halves.length], 0, bytes.length) }, bytes);
  const { data } = readSafetensors(whole, 'file').tensors.get('a')!;
  // The numbers of the format lie as their bits do, and the step doubles every 1024 of them.
  for (let i = 1; i < 0x7c00; i++) {
    const step = 2 ** (Math.max(1, i >> 10) - 25);
    if (data[i] - data[i - 1] !== (i % 1024 === 0 && i >> 10 > 1 ? step / 2 : step))
      assert.unreachable(`${i}`);
  }
  assert.is(data[0x7bff], 65504);
  assert.is(data[0x7c00], Number.POSITIVE_INFINITY);
});

test('tensors of other types come as their bytes, and go into a file again', () => {
  for (const [type, bits] of Object.entries({
    I64: 64,
    U64: 64,
    U32: 32,
    C64: 64,
    F8_E4M3: 8,
    F4: 4,
    F6_E2M3: 6,
  })) {
    const data = Array.from({ length: bits / 2 }, (_, i) => i + 1);
    const whole = file({ a: entry(type, [2, 2], 0, data.length) }, data);
    const read = readSafetensors(whole, 'file');
    assert.equal(read, {
      tensors: new Map(),
      others: new Map([['a', { shape: [2, 2], type, bytes: Uint8Array.from(data) }]]),
      metadata: {},
    });
    assert.equal(readSafetensors(writeSafetensors(read), 'file'), read);
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
  ['metadata that are a number', { __metadata__: 7 }],
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

test('a type that the format does not know is named, also one that objects have by nature', () => {
  for (const dtype of ['F99', 'f32', '', 'constructor', 'toString', '__proto__']) {
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
    PipelineError,
  );
});

test('a name twice is refused wherever it is: two readers would see two files', () => {
  const fields = '"dtype":"F32","shape":[1],"data_offsets":[0,4]';
  for (const [header, name] of [
    [`{"a":{${fields}},"\\u0061":{${fields}}}`, 'a'],
    [`{"a":{${fields},"shape":[1]}}`, 'shape'],
    [`{"__metadata__":{"k":"1","k":"1"},"a":{${fields}}}`, 'k'],
    [`{"__metadata__":{},"__metadata__":null,"a":{${fields}}}`, '__metadata__'],
    [`{"a":{${fields},"note":{"x":1,"x":1}}}`, 'x'],
  ]) {
    refused(file(header, bytes(4)), new RegExp(`the header has the name ${name} twice`));
  }
});

test('sizes and offsets are digits and nothing else, below 2⁶⁴', () => {
  for (const one of ['1.0', '1e0', '10E-1', '-0', '1.5', 'null', '"1"', '[1]', '18446744073709551617']) {
    refused(file(`{"a":{"dtype":"F32","shape":[${one}],"data_offsets":[0,4]}}`, bytes(4)), /tensor a/);
    refused(file(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,${one}]}}`, bytes(1)), /tensor a/);
  }
  for (const one of ['01', '+1', '1.', '.1', '0x1', '1e', 'NaN', '1e999']) {
    refused(file(`{"a":{"dtype":"F32","shape":[${one}],"data_offsets":[0,4]}}`, bytes(4)), /the header/);
  }
});

test('a shape that overflows is refused, in any order beside an axis of 0 that hides it', () => {
  for (const shape of ['[4294967296,4294967296]', '[9223372036854775808,2,0]', '[2305843009213693952]']) {
    refused(file(`{"a":{"dtype":"I64","shape":${shape},"data_offsets":[0,0]}}`), /overflows/);
  }
  const wide = '{"a":{"dtype":"F32","shape":[0,1152921504606846976],"data_offsets":[0,0]}}';
  assert.equal(readSafetensors(file(wide), 'file').tensors.get('a')!.shape, [0, 2 ** 60]);
  refused(file(wide.replace('976]', '975]')), /axis of 1152921504606846975/);
});

test('bits that are no whole bytes are refused', () => {
  refused(file({ a: entry('F4', [3], 0, 2) }, bytes(2)), /tensor a has 12 bits/);
});

test('a header that is no UTF-8, has a byte order mark, or half of a surrogate pair is refused', () => {
  const broken = (...middle: number[]) => {
    const json = Buffer.concat([
      Buffer.from('{"__metadata__":{"k":"'),
      Buffer.from(middle),
      Buffer.from('"}}'),
    ]);
    const whole = Buffer.concat([Buffer.alloc(8), json]);
    whole.writeUInt32LE(json.length);
    return whole;
  };
  for (const middle of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
    refused(broken(...middle), /not UTF-8/);
  }
  refused(file('\ufeff{}'), /not JSON/);
  for (const half of ['\\ud800', '\\udc00\\ud800', '\\ud83dx']) {
    refused(file(`{"__metadata__":{"k":"${half}"}}`), /half of a surrogate pair/);
  }
  const pair = readSafetensors(file('{"__metadata__":{"k":"\\ud83d\\ude00"}}'), 'file');
  assert.is(pair.metadata.k, '😀');
});

test('what is no JSON is refused, though much like it', () => {
  const texts = [
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1}{}',
    '{} //',
    '{}\0',
    '\v{}',
    '{"a":tru}',
    '{"a" 1}',
    '{"a":"\t"}',
  ];
  for (const text of [...texts, '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"', '{"a":"\\', '[', '{"a":[1 2]}']) {
    refused(file(text), /the header is not JSON at character \d+/);
  }
});

test('nesting ends in a refusal, not in an overflow of the stack', () => {
  for (const text of ['[', '{"a":']) refused(file(text.repeat(1e6)), /nested more than 127 deep/);
});

test('a header of more than 100 MB is refused before it is read', () => {
  const whole = new Uint8Array(8 + 100_000_001);
  new DataView(whole.buffer).setUint32(0, 100_000_001, true);
  refused(whole, /the header has 100000001 bytes/);
});

test('an error is one line and short, whatever the names are', () => {
  for (const name of ['a\nb\u2028c', 'long'.repeat(1e5)]) {
    const error = assertThrows(
      () => readSafetensors(file({ [name]: entry('F32', [3], 0, 8) }), 'w'),
      /has 8 bytes/,
    );
    assert.not.match(error.message, /[\n\u2028]/);
    assert.ok(error.message.length < 250);
  }
});

test('what could not be read again is refused when it is written', () => {
  const one = { shape: [1], data: Float32Array.of(1) };
  const other = { shape: [1], type: 'U8', bytes: Uint8Array.of(1) };
  const [tensors, others] = [new Map([['a', one]]), new Map([['a', other]])];
  for (const action of [
    () => write({ __metadata__: one }),
    () => writeSafetensors({ tensors, others, metadata: {} }),
    () => write({ '\ud800': one }),
    () => write({}, { k: '\udc00' }),
  ]) {
    assert.instance(assertThrows(action, /^safetensors: /), PipelineError);
  }
});

test.run();
