/** The types of numbers in safetensors files: `Dtype` in safetensors/src/tensor.rs of version 0.8. */
import type { TypedArray } from '../../engine/dtype.ts';

interface NumberType {
  /** of one number */
  readonly bits: number;
  /** the numbers as an array of the engine that holds each of them exactly; missing where there is none */
  readonly read?: (bytes: ArrayBuffer) => TypedArray;
}

const asFloat32 = (bytes: ArrayBuffer) => new Float32Array(bytes);
const asFloat64 = (bytes: ArrayBuffer) => new Float64Array(bytes);
const asInt32 = (bytes: ArrayBuffer) => new Int32Array(bytes);

/** Half precision (IEEE 754, binary16): a sign, 5 bits of an exponent, 10 of a fraction. */
function halfToFloat(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent < 31
        ? (1024 + fraction) * 2 ** (exponent - 25)
        : fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN;
  return half < 0x8000 ? size : -size;
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloats(bytes: ArrayBuffer): Float32Array {
  const bits = Uint32Array.from(new Uint16Array(bytes), (upper) => upper << 16);
  return new Float32Array(bits.buffer);
}

export const numberTypes: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ['F32', { bits: 32, read: asFloat32 }],
  ['F64', { bits: 64, read: asFloat64 }],
  ['I32', { bits: 32, read: asInt32 }],
  ['F16', { bits: 16, read: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToFloat) }],
  ['BF16', { bits: 16, read: widenBfloats }],
  ['BOOL', { bits: 8, read: (bytes) => Int32Array.from(new Uint8Array(bytes)) }],
  ['U8', { bits: 8, read: (bytes) => Int32Array.from(new Uint8Array(bytes)) }],
  ['I8', { bits: 8, read: (bytes) => Int32Array.from(new Int8Array(bytes)) }],
  ['U16', { bits: 16, read: (bytes) => Int32Array.from(new Uint16Array(bytes)) }],
  ['I16', { bits: 16, read: (bytes) => Int32Array.from(new Int16Array(bytes)) }],
  ['U32', { bits: 32 }],
  ['I64', { bits: 64 }],
  ['U64', { bits: 64 }],
  ['C64', { bits: 64 }],
  ['F8_E4M3', { bits: 8 }],
  ['F8_E5M2', { bits: 8 }],
  ['F8_E8M0', { bits: 8 }],
  ['F8_E4M3FNUZ', { bits: 8 }],
  ['F8_E5M2FNUZ', { bits: 8 }],
  ['F6_E2M3', { bits: 6 }],
  ['F6_E3M2', { bits: 6 }],
  ['F4', { bits: 4 }],
]);
