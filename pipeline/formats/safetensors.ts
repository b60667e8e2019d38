import type { DType, TypedArray } from '../../engine/dtype.ts';
import { whatIs } from '../../engine/errors.ts';
import type { Shape } from '../../engine/shape.ts';
import { show, sizeOf } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';
import { brief } from '../text/brief.ts';
import { hasHalfPair } from '../text/strictJson.ts';
import { type Entry, expectPadding, readHeader } from './safetensorsHeader.ts';
import { numberTypes } from './safetensorsTypes.ts';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): the length of a JSON header as a
 * little-endian uint64, the header, then the numbers of all tensors, little-endian, one after the other.
 */

/** A tensor apart from any device. */
export interface StoredTensor {
  /** The length of each axis. */
  readonly shape: Shape;
  /** Its numbers, row-major. */
  readonly data: TypedArray;
}

/** A tensor of a type whose numbers no array of the engine holds exactly, such as I64: its bytes as they lie. */
export interface OtherTensor {
  /** The length of each axis. */
  readonly shape: Shape;
  /** the name of its type in the format */
  readonly type: string;
  /** Its numbers as the file has them, little-endian. */
  readonly bytes: Uint8Array;
}

/** What a safetensors file is made of. */
export interface Safetensors {
  /** Tensors by name, in the order of their numbers. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Tensors of other types; none when left out. */
  readonly others?: ReadonlyMap<string, OtherTensor>;
  /** Free texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a file holds: `others` is there always, so that it can be looked at. */
export type SafetensorsFile = Required<Safetensors>;

const codes: Record<DType, string> = { float32: 'F32', float64: 'F64', int32: 'I32' };

/** Bytes, and arrays of numbers, would be written as what they are not. */
const isStored = (tensor: Partial<StoredTensor> | null | undefined): boolean =>
  Array.isArray(tensor?.shape) &&
  [Float32Array, Float64Array, Int32Array].some((kind) => tensor?.data instanceof kind);

const dtypeOf = (data: TypedArray): DType => {
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Float64Array ? 'float64' : 'float32';
};

/** The most bytes of a header that readers of the format take. */
const LONGEST_HEADER = 100_000_000;

/** A name of its own in the header. */
const METADATA = '__metadata__';

/** What is no file of the format, or could be none, is no checkpoint either. */
const refusal = (message: string) => new PipelineError(message, 'not-a-checkpoint');

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * A file's bytes. Tensors keep the order of the maps.
 *
 * @throws PipelineError `not-a-checkpoint` where numbers do not fit their shape, or a name cannot be
 */
export function writeSafetensors({ tensors, others = new Map(), metadata }: Safetensors): Uint8Array {
  const stored = [...tensors].map(([name, tensor]): [string, OtherTensor] => {
    if (!isStored(tensor)) {
      throw refusal(
        `safetensors: ${name} is ${whatIs(tensor)}; expected { shape, data } with a Float32Array, a Float64Array or an Int32Array`,
      );
    }
    const { shape, data } = tensor;
    if (sizeOf(shape) !== data.length) {
      throw refusal(`safetensors: ${name} has ${data.length} values for shape ${show(shape)}`);
    }
    return [name, { shape, type: codes[dtypeOf(data)], bytes: bytesOf(data) }];
  });
  const all = [...stored, ...others];
  let end = 0;
  const entries = all.map(([name, { shape, type, bytes }]): [string, unknown] => {
    if (name === METADATA || (others.has(name) && tensors.has(name))) {
      throw refusal(`safetensors: a tensor cannot be named ${name}, which names something else`);
    }
    const begin = end;
    end += bytes.length;
    return [name, { dtype: type, shape, data_offsets: [begin, end] }];
  });
  const texts = [...all.map(([name]) => name), ...Object.entries(metadata).flat()];
  const broken = texts.find(hasHalfPair);
  if (broken !== undefined) {
    throw refusal(`safetensors: ${JSON.stringify(broken)} has half of a surrogate pair, and is no text`);
  }
  const header = Object.fromEntries([[METADATA, metadata], ...entries]);
  const json = new TextEncoder().encode(JSON.stringify(header));
  // The header ends on a multiple of eight, so that the numbers are aligned in a mapped file.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(json, 8);
  let at = 8 + headerLength;
  for (const [, { bytes }] of all) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** A file whose header is sound and fits its bytes; none of its numbers has been copied yet. */
export interface OpenSafetensors {
  /** in the order of their numbers */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Copies the bytes of a tensor out. */
  bytes(entry: Entry): Uint8Array<ArrayBuffer>;
}

/**
 * Reads a file's bytes. Tensors come in the order of their numbers. F16 and BF16 become float32, and whole numbers of up
 * to 16 bits int32, which hold them exactly; those of other types come as bytes, in `others`.
 *
 * @param where what errors call it
 * @throws PipelineError for a file that is cut short, is of another format, or breaks a rule of this one
 */
export function readSafetensors(file: Uint8Array, where: string): SafetensorsFile {
  const { entries, metadata, bytes } = openSafetensors(file, where);
  const tensors = new Map<string, StoredTensor>();
  const others = new Map<string, OtherTensor>();
  for (const entry of entries) {
    const { name, type, shape } = entry;
    const own = bytes(entry);
    const data = numbersOf(type, own);
    if (data !== undefined) tensors.set(name, { shape, data });
    else others.set(name, { shape, type, bytes: own });
  }
  return { tensors, others, metadata };
}

/** The numbers of a tensor as an array of the engine that holds each exactly; undefined where there is none. */
export const numbersOf = (type: string, bytes: Uint8Array<ArrayBuffer>): TypedArray | undefined =>
  numberTypes.get(type)?.read?.(bytes.buffer);

/** The bytes of a file's header, as its first eight say. */
export const headerLengthOf = ({ buffer, byteOffset }: Uint8Array): number =>
  Number(new DataView(buffer, byteOffset).getBigUint64(0, true));

/** What a file must be beside what every reader of the format asks. */
export interface Strictness {
  /** in bytes */
  readonly longestHeader?: number;
  /** whether the header has no white space but blanks behind it */
  readonly padded?: boolean;
}

/**
 * Looks at a file's bytes as `readSafetensors` does, and copies nothing: for who wants to know first whether shapes and
 * types are right.
 *
 * @param where what errors call it
 * @throws PipelineError as `readSafetensors` does, and for what is not as strict as asked
 */
export function openSafetensors(
  file: Uint8Array,
  where: string,
  { longestHeader = LONGEST_HEADER, padded = false }: Strictness = {},
): OpenSafetensors {
  // Node.js reads files into Buffers, whose slice() shares memory where that of a Uint8Array copies.
  const bytes = bytesOf(file);
  const fail = (what: string): never => {
    throw refusal(`${where}: ${what}; expected a safetensors file, as inkgrad train writes it`);
  };
  if (bytes.length < 8) return fail(`${bytes.length} bytes`);
  const headerLength = headerLengthOf(bytes);
  const start = 8 + headerLength;
  if (start > bytes.length) return fail(`the file ends in its header, after ${bytes.length} bytes`);
  if (headerLength > longestHeader) {
    return fail(`the header has ${headerLength} bytes, more than ${longestHeader / 1e6} MB`);
  }
  const json = bytes.subarray(8, start);
  if (padded) expectPadding(json, fail);
  const { entries, metadata } = readHeader(json, fail);
  const cut = entries.find(({ end }) => start + end > bytes.length);
  if (cut) {
    const end = start + cut.end;
    return fail(
      `the file ends after ${bytes.length} bytes, in tensor ${brief(cut.name)}, which ends at ${end}`,
    );
  }
  const end = start + (entries.at(-1)?.end ?? 0);
  if (end !== bytes.length) return fail(`${bytes.length - end} bytes follow the last tensor`);
  // A copy, since the bytes need not be aligned for their type.
  return { entries, metadata, bytes: ({ begin, end }) => bytes.slice(start + begin, start + end) };
}
