import protobuf from 'protobufjs';

/**
 * The part of onnx.proto that networks here need, with the standard's field numbers; other fields are skipped over.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
const SCHEMA = `
  syntax = "proto3";
  message StringStringEntryProto { string key = 1; string value = 2; }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { TensorTypeProto tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message TensorProto {
    repeated int64 dims = 1;
    int32 data_type = 2;
    repeated float float_data = 4;
    repeated int32 int32_data = 5;
    repeated int64 int64_data = 7;
    string name = 8;
    bytes raw_data = 9;
    repeated double double_data = 10;
    int32 data_location = 14;
  }
  message AttributeProto {
    string name = 1;
    float f = 2;
    int64 i = 3;
    bytes s = 4;
    TensorProto t = 5;
    repeated float floats = 7;
    repeated int64 ints = 8;
    int32 type = 20;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
    string domain = 7;
  }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message ModelProto {
    int64 ir_version = 1;
    string producer_name = 2;
    string producer_version = 3;
    string doc_string = 6;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
    repeated StringStringEntryProto metadata_props = 14;
  }
`;

export interface TensorMessage {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly number[];
  readonly doubleData: readonly number[];
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly dataLocation: number;
}

export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly f: number;
  readonly i: number;
  readonly s: Uint8Array;
  readonly t: TensorMessage | null;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

export interface NodeMessage {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly attribute: readonly AttributeMessage[];
}

/** What goes in or out; of an axis without a length its name is known, or nothing. */
export interface ValueMessage {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: {
        readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[];
      } | null;
    } | null;
  } | null;
}

export interface ModelMessage {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly docString: string;
  readonly graph: {
    readonly name: string;
    readonly node: readonly NodeMessage[];
    readonly initializer: readonly TensorMessage[];
    readonly input: readonly ValueMessage[];
    readonly output: readonly ValueMessage[];
  } | null;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

interface Messages {
  readonly ModelProto: ModelMessage;
  readonly TensorProto: TensorMessage;
}

/** A message of which only some fields are given; the others have the format's defaults. */
export type Given<Message> = Message extends Uint8Array
  ? Message
  : Message extends readonly (infer Item)[]
    ? readonly Given<Item>[]
    : Message extends object
      ? { readonly [Field in keyof Message]?: Given<Message[Field]> }
      : Message;

/** AttributeProto.AttributeType */
export const attributeTypes = { FLOAT: 1, INT: 2, STRING: 3, TENSOR: 4, FLOATS: 6, INTS: 7 } as const;

const { root } = protobuf.parse(SCHEMA);

/**
 * Decodes a message into plain arrays and numbers; fields that are not there have their defaults. Whole numbers of 64
 * bits become numbers, which are exact up to 2⁵³.
 *
 * @throws Error where the bytes are no such message
 */
export function decode<Name extends keyof Messages>(message: Name, bytes: Uint8Array): Messages[Name] {
  const type = root.lookupType(message);
  return type.toObject(type.decode(bytes), {
    longs: Number,
    defaults: true,
    arrays: true,
  }) as Messages[Name];
}

/** The bytes of an ONNX file. */
export const encodeModel = (model: Given<ModelMessage>): Uint8Array =>
  root.lookupType('ModelProto').encode(model).finish();
