import type { DType, TypedArray } from '../dtype.ts';
import { InkgradError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import { show, sizeOf } from '../shape.ts';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): the length of a JSON header as a
 * little-endian uint64, the header, then the numbers of all tensors, little-endian, one after the other.
 */

export interface StoredTensor {
  readonly shape: Shape;
  readonly data: TypedArray;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const arrays = { F32: Float32Array, F64: Float64Array, I32: Int32Array };
const codes: Record<DType, keyof typeof arrays> = { float32: 'F32', float64: 'F64', int32: 'I32' };

const dtypeOf = (data: TypedArray): DType => {
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Float64Array ? 'float64' : 'float32';
};

/** A file's bytes. Tensors keep the order of the map. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, data }]): [string, Entry] => {
    if (sizeOf(shape) !== data.length) {
      throw new InkgradError(`safetensors: ${name} has ${data.length} values for shape ${show(shape)}`);
    }
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: codes[dtypeOf(data)], shape: [...shape], data_offsets: [begin, end] }];
  });
  const header = Object.fromEntries<unknown>([['__metadata__', metadata], ...entries]);
  const json = new TextEncoder().encode(JSON.stringify(header));
  // The header ends on a multiple of eight, so that the numbers are aligned in a mapped file.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a file's bytes. Tensors come in the order of their numbers.
 *
 * @param where what errors call it
 * @throws InkgradError for a file that is cut short, is of another format, or holds a type that has no array here
 */
export function readSafetensors(file: Uint8Array, where: string): Safetensors {
  // Node.js reads files into Buffers, whose slice() shares memory where that of a Uint8Array copies.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const fail = (what: string): never => {
    throw new InkgradError(`${where}: ${what}; expected a safetensors file, as inkgrad train writes it`);
  };
  if (bytes.length < 8) return fail(`${bytes.length} bytes`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = 8 + headerLength;
  if (start > bytes.length) return fail(`the file ends in its header, after ${bytes.length} bytes`);
  const header = parseJson(bytes.subarray(8, start));
  if (header === undefined) return fail('the header is not JSON');
  if (!isObject(header)) return fail('the header is no object');
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    return fail('the metadata are no texts');
  }
  const entries = Object.entries(rest).map(([name, entry]): [string, Entry] =>
    isEntry(entry) ? [name, entry] : fail(`tensor ${name} has no type, shape and offsets`),
  );
  entries.sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );

  const tensors = new Map<string, StoredTensor>();
  let at = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    if (!Object.hasOwn(arrays, dtype))
      return fail(`tensor ${name} has the type ${dtype}, not F32, F64 or I32`);
    const array = arrays[dtype as keyof typeof arrays];
    const [begin, end] = offsets;
    const length = sizeOf(shape) * array.BYTES_PER_ELEMENT;
    if (end - begin !== length) return fail(`tensor ${name} has ${end - begin} bytes, not ${length}`);
    // The format wants the numbers without gaps, so that nothing can hide in a file.
    if (begin !== at) return fail(`tensor ${name} begins at byte ${begin}, not ${at}`);
    if (start + end > bytes.length) {
      return fail(
        `the file ends after ${bytes.length} bytes, in tensor ${name}, which ends at ${start + end}`,
      );
    }
    // A copy, since the bytes need not be aligned for their type.
    tensors.set(name, { shape, data: new array(bytes.slice(start + begin, start + end).buffer) });
    at = end;
  }
  if (start + at !== bytes.length) return fail(`${bytes.length - start - at} bytes follow the last tensor`);
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseJson(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  const counts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  return typeof dtype === 'string' && counts(shape) && counts(offsets) && offsets.length === 2;
}
