/** The header of a safetensors file, held to the format's text and, where that is silent, to its Rust library. */
import type { Shape } from '../../engine/shape.ts';
import { brief } from '../text/brief.ts';
import { type Json, JsonError, type JsonObject, Numeral, parseStrictJson } from '../text/strictJson.ts';
import { numberTypes } from './safetensorsTypes.ts';

/** A tensor as the header describes it. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: Shape;
  /** where its bytes begin and end, counted from the end of the header */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** in the order of their bytes, which have no gaps */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Refuses the file, in words that its name can stand before. */
type Fail = (what: string) => never;

/** All sizes are below this: the library counts in 64 bits. */
const BEYOND = 1n << 64n;

/**
 * Reads a header.
 *
 * @param json its bytes
 * @throws whatever `fail` throws for the first thing that is wrong
 */
export function readHeader(json: Uint8Array, fail: Fail): Header {
  const header = parseHeader(json, fail);
  const metadata = readMetadata(header.get('__metadata__') ?? null, fail);
  const entries = [...header]
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readEntry(name, entry, fail));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    // The format wants the numbers without gaps, so that nothing can hide in a file.
    if (begin !== at) fail(`tensor ${brief(name)} begins at byte ${begin}, not ${at}`);
    at = end;
  }
  return { entries, metadata };
}

function parseHeader(json: Uint8Array, fail: Fail): JsonObject {
  try {
    // A byte order mark stays, and is no JSON.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
    const header = parseStrictJson(text);
    return isObject(header) ? header : fail('the header is no object');
  } catch (error) {
    if (error instanceof JsonError) return fail(`the header ${error.message}`);
    if (error instanceof TypeError) return fail('the header is not UTF-8');
    throw error;
  }
}

/** The bytes of what a header starts and ends with, and of what may follow that. */
const [OPEN, CLOSE, BLANK] = [0x7b, 0x7d, 0x20];

/**
 * Refuses white space before a header, and any but blanks behind it: the text of the format does, and its library reads
 * them all the same.
 */
export function expectPadding(json: Uint8Array, fail: Fail): void {
  if (json[0] !== OPEN) fail('the header does not begin with {');
  let end = json.length;
  while (json[end - 1] === BLANK) end--;
  if (json[end - 1] !== CLOSE) fail('the header does not end with } and blanks');
}

function readMetadata(value: Json, fail: Fail): Record<string, string> {
  if (value === null) return {};
  const texts = isObject(value) ? [...value] : fail('the metadata are no texts');
  if (!texts.every((member): member is [string, string] => typeof member[1] === 'string')) {
    return fail('the metadata are no texts');
  }
  return Object.fromEntries(texts);
}

/** An entry; other fields than those known are passed over, as the library does. */
function readEntry(name: string, value: Json, fail: Fail): Entry {
  const failHere = (what: string): never => fail(`tensor ${brief(name)} ${what}`);
  const field = (key: string): Json => (isObject(value) ? (value.get(key) ?? null) : null);
  const type = field('dtype');
  const lengths = field('shape');
  const offsets = field('data_offsets');
  if (typeof type !== 'string' || !isList(lengths) || !isList(offsets) || offsets.length !== 2) {
    return failHere('has no type, shape and offsets');
  }
  const count = (json: Json): bigint =>
    countOf(json) ?? failHere('has a size or offset that is no whole number below 2⁶⁴');
  const shape = lengths.map(count);
  const [begin, end] = offsets.map(count);
  const bits = numberTypes.get(type)?.bits;
  if (bits === undefined) return failHere(`has the type ${brief(type)}, which the format does not know`);
  const size = bitsOf(shape, bits);
  if (size === undefined) return failHere(`has the shape [${brief(String(shape))}], which overflows`);
  if (size % 8n !== 0n) return failHere(`has ${size} bits, which are no whole bytes`);
  if (end - begin !== size / 8n) return failHere(`has ${end - begin} bytes, not ${size / 8n}`);
  return {
    name,
    type,
    shape: shape.map((length) => exact(length, failHere)),
    begin: Number(begin),
    end: Number(end),
  };
}

/** An axis as a number. Beside one of 0 it may be of any length, also of one that no number is. */
function exact(length: bigint, fail: Fail): number {
  const number = Number(length);
  return BigInt(number) === length ? number : fail(`has an axis of ${length}, which float64 does not hold`);
}

/** A count as serde_json reads one: digits alone, and no sign, fraction or exponent. */
function countOf(json: Json): bigint | undefined {
  if (!(json instanceof Numeral) || !/^\d{1,20}$/.test(json.text)) return undefined;
  const count = BigInt(json.text);
  return count < BEYOND ? count : undefined;
}

/** The bits of all numbers; undefined where they, or the lengths multiplied one after the other, leave 64 bits. */
function bitsOf(lengths: readonly bigint[], bits: number): bigint | undefined {
  let product = 1n;
  for (const length of [...lengths, BigInt(bits)]) {
    product *= length;
    if (product >= BEYOND) return undefined;
  }
  return product;
}

const isObject = (value: Json): value is JsonObject => value instanceof Map;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
