import type { TypedArray } from '../../../engine/dtype.ts';
import type { Shape } from '../../../engine/shape.ts';
import { sizeOf } from '../../../engine/shape.ts';
import { numberTypes } from '../../formats/safetensorsTypes.ts';
import type { Given, TensorMessage } from './schema.ts';

/** A tensor of an ONNX file: its numbers, and what ONNX calls their type. Whole numbers of 64 bits are float64 here. */
export interface OnnxTensor {
  readonly type: string;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** An element type of ONNX: how raw bytes hold it, and which typed field may hold it instead. */
interface Kind {
  readonly name: string;
  readonly bytes: number;
  readonly fromBytes: (bytes: ArrayBuffer) => TypedArray;
  readonly fromField: (message: TensorMessage) => TypedArray;
}

/** A type that safetensors files have too, by its name there. */
const asIn = (name: string, code: string, fromField: Kind['fromField']): Kind => {
  const { bits, read } = numberTypes.get(code)!;
  return { name, bytes: bits / 8, fromBytes: read!, fromField };
};

const whole = (name: string, code: string): Kind =>
  asIn(name, code, ({ int32Data }) => Int32Array.from(int32Data));

/** Half floats lie in int32_data as the whole numbers of their bits. */
const half = (name: string, code: string): Kind =>
  asIn(name, code, ({ int32Data }) => numberTypes.get(code)!.read!(Uint16Array.from(int32Data).buffer));

/** By TensorProto.DataType. */
const kinds: ReadonlyMap<number, Kind> = new Map([
  [1, asIn('float', 'F32', ({ floatData }) => Float32Array.from(floatData))],
  [2, whole('uint8', 'U8')],
  [3, whole('int8', 'I8')],
  [4, whole('uint16', 'U16')],
  [5, whole('int16', 'I16')],
  [6, whole('int32', 'I32')],
  [
    7,
    {
      name: 'int64',
      bytes: 8,
      fromBytes: (bytes: ArrayBuffer) => Float64Array.from(new BigInt64Array(bytes), Number),
      fromField: ({ int64Data }: TensorMessage) => Float64Array.from(int64Data),
    },
  ],
  [9, whole('bool', 'BOOL')],
  [10, half('float16', 'F16')],
  [11, asIn('double', 'F64', ({ doubleData }) => Float64Array.from(doubleData))],
  [16, half('bfloat16', 'BF16')],
]);

/** What TensorProto.DataLocation says of numbers in a file of their own. */
const EXTERNAL = 1;

/** The type of float32 in TensorProto.DataType. */
export const FLOAT = 1;

/**
 * The numbers of a tensor.
 *
 * @param fail throws, in words that the tensor's name can stand before
 */
export function tensorFrom(message: TensorMessage, fail: (what: string) => never): OnnxTensor {
  const kind = kinds.get(message.dataType);
  if (kind === undefined) return fail(`has the element type ${message.dataType}, which is not read`);
  if (message.dataLocation === EXTERNAL) {
    return fail('has its numbers in a file of its own; save the network as one file');
  }
  const { dims: shape, rawData } = message;
  // A copy, since the bytes need not be aligned for their type.
  const data =
    rawData.length > 0 && rawData.length % kind.bytes === 0
      ? kind.fromBytes(Uint8Array.from(rawData).buffer)
      : kind.fromField(message);
  if (data.length !== sizeOf(shape)) return fail(`has ${data.length} numbers for the shape [${shape}]`);
  return { type: kind.name, shape, data };
}

/** A tensor of float32 as a message. */
export function floatMessage(name: string, shape: Shape, data: Float32Array): Given<TensorMessage> {
  const { buffer, byteOffset, byteLength } = data;
  return {
    name,
    dims: [...shape],
    dataType: FLOAT,
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  };
}
