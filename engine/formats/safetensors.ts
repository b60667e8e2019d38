import type { DType, TypedArray } from '../device.ts';
import { InkgradError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import { sizeOf } from '../shape.ts';

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
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: codes[dtypeOf(data)], shape: [...shape], data_offsets: [begin, end] };
  }
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
 * Reads a file's bytes.
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
  const header = parseHeader(bytes.subarray(8, start));
  if (header === null) return fail('the header is not JSON');
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries as Record<string, Entry>)) {
    const { dtype, shape, data_offsets: offsets } = entry;
    if (!(dtype in arrays)) return fail(`tensor ${name} has the type ${dtype}, not F32, F64 or I32`);
    const array = arrays[dtype as keyof typeof arrays];
    const length = sizeOf(shape) * array.BYTES_PER_ELEMENT;
    if (offsets[1] - offsets[0] !== length)
      return fail(`tensor ${name} has ${offsets[1] - offsets[0]} bytes, not ${length}`);
    if (start + offsets[1] > bytes.length) {
      return fail(
        `the file ends after ${bytes.length} bytes, in tensor ${name}, which ends at ${start + offsets[1]}`,
      );
    }
    // A copy, since the bytes need not be aligned for their type.
    tensors.set(name, { shape, data: new array(bytes.slice(start + offsets[0], start + offsets[1]).buffer) });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseHeader(json: Uint8Array): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(json));
    const entries = Object.entries((header ?? {}) as Record<string, unknown>);
    const sound = entries.every(([name, entry]) => name === '__metadata__' || isEntry(entry));
    return typeof header === 'object' && header !== null && sound
      ? (header as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<Entry>;
  const counts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  return typeof dtype === 'string' && counts(shape) && counts(offsets) && offsets?.length === 2;
}
