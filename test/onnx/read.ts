// Reads ONNX files: those of a case, model.onnx and the tensors in test_data_set_0/*.pb, and whole networks.
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';

/** The part of onnx.proto that these need, with the standard's field numbers; others are skipped over. */
const SCHEMA = `
  syntax = "proto3";
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message ValueInfoProto { string name = 1; }
  message TensorProto {
    repeated int64 dims = 1;
    int32 data_type = 2;
    repeated float float_data = 4;
    repeated int32 int32_data = 5;
    repeated int64 int64_data = 7;
    string name = 8;
    bytes raw_data = 9;
    repeated double double_data = 10;
  }
  message AttributeProto {
    string name = 1;
    float f = 2;
    int64 i = 3;
    bytes s = 4;
    repeated int64 ints = 8;
    int32 type = 20;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
    string domain = 7;
  }
  message GraphProto {
    repeated NodeProto node = 1;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message ModelProto { GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
`;

interface TensorMessage {
  readonly dims: number[];
  readonly dataType: number;
  readonly floatData: number[];
  readonly int32Data: number[];
  readonly int64Data: number[];
  readonly doubleData: number[];
  readonly name: string;
  readonly rawData: Uint8Array;
}

interface ModelMessage {
  readonly graph: {
    readonly node: {
      readonly input: string[];
      readonly output: string[];
      readonly opType: string;
      readonly domain: string;
      readonly attribute: {
        readonly name: string;
        readonly f: number;
        readonly i: number;
        readonly s: Uint8Array;
        readonly ints: number[];
        readonly type: number;
      }[];
    }[];
    readonly initializer: TensorMessage[];
    readonly input: { readonly name: string }[];
    readonly output: { readonly name: string }[];
  };
  readonly opsetImport: { readonly domain: string; readonly version: number }[];
}

const { root } = protobuf.parse(SCHEMA);

/** Decodes a message into plain arrays and numbers; int64 beyond 2⁵³ does not occur in the cases. */
function decode<T>(message: string, bytes: Uint8Array): T {
  const type = root.lookupType(message);
  return type.toObject(type.decode(bytes), { longs: Number, defaults: true, arrays: true }) as T;
}

/** An element type of ONNX: how raw bytes hold it, and which typed field may hold it instead. */
interface Kind {
  readonly name: string;
  readonly bytes: number;
  readonly at: (view: DataView, offset: number) => number;
  readonly field: (message: TensorMessage) => number[];
}

/** By TensorProto.DataType. */
const kinds: Readonly<Record<number, Kind>> = {
  1: { name: 'float', bytes: 4, at: (v, o) => v.getFloat32(o, true), field: (t) => t.floatData },
  2: { name: 'uint8', bytes: 1, at: (v, o) => v.getUint8(o), field: (t) => t.int32Data },
  6: { name: 'int32', bytes: 4, at: (v, o) => v.getInt32(o, true), field: (t) => t.int32Data },
  7: { name: 'int64', bytes: 8, at: (v, o) => Number(v.getBigInt64(o, true)), field: (t) => t.int64Data },
  9: { name: 'bool', bytes: 1, at: (v, o) => v.getUint8(o), field: (t) => t.int32Data },
  11: { name: 'double', bytes: 8, at: (v, o) => v.getFloat64(o, true), field: (t) => t.doubleData },
};

/** A tensor of a case: its numbers, and what ONNX calls their type. */
export interface OnnxTensor {
  readonly type: string;
  readonly shape: Shape;
  readonly data: Float64Array;
}

export const readTensor = (file: string): OnnxTensor =>
  toTensor(decode<TensorMessage>('TensorProto', readFileSync(file)), file);

function toTensor(message: TensorMessage, file: string): OnnxTensor {
  const kind = kinds[message.dataType];
  if (kind === undefined) throw new Error(`${file}: element type ${message.dataType} is not known here`);
  const { rawData, dims: shape } = message;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const data =
    rawData.length > 0
      ? Float64Array.from({ length: rawData.length / kind.bytes }, (_, i) => kind.at(view, i * kind.bytes))
      : Float64Array.from(kind.field(message));
  if (data.length !== sizeOf(shape)) throw new Error(`${file}: ${data.length} values for shape [${shape}]`);
  return { type: kind.name, shape, data };
}

export type Attribute = number | string | readonly number[];

/** A node: the only one of a case, or one of a network. */
export interface OnnxNode {
  readonly op: string;
  /** For each of its inputs the number of the file input_N.pb; −1 stands for one that is left out. In a network they count up. */
  readonly inputs: readonly number[];
  /** How many outputs it has, in the order of the files output_N.pb. */
  readonly outputs: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The version of the operator set that the node belongs to. */
  readonly opset: number;
}

/** Attribute types of the standard: FLOAT, INT, STRING, INTS. */
function toAttribute({ name, type, f, i, s, ints }: ModelMessage['graph']['node'][0]['attribute'][0]) {
  const values: Readonly<Record<number, Attribute>> = { 1: f, 2: i, 3: new TextDecoder().decode(s), 7: ints };
  if (!(type in values)) throw new Error(`attribute ${name}: type ${type} is not known here`);
  return [name, values[type]] as const;
}

export function readNode(file: string): OnnxNode {
  const { graph, opsetImport } = decode<ModelMessage>('ModelProto', readFileSync(file));
  const [node] = graph.node;
  const outputs = graph.output.map(({ name }) => name);
  if (graph.node.length !== 1 || node.output.join() !== outputs.join()) {
    throw new Error(`${file}: ${graph.node.length} nodes; expected one, which makes all outputs in order`);
  }
  const places = new Map(graph.input.map(({ name }, i) => [name, i]));
  return {
    op: node.opType,
    inputs: node.input.map((name) => places.get(name) ?? -1),
    outputs: outputs.length,
    attributes: Object.fromEntries(node.attribute.map(toAttribute)),
    opset: opsetImport.find(({ domain }) => domain === node.domain)?.version ?? 0,
  };
}

/** A network: nodes in the order of their work, with the names of what goes in and out. */
export interface OnnxNetwork {
  readonly nodes: readonly {
    readonly node: OnnxNode;
    readonly from: readonly string[];
    readonly to: string;
  }[];
  readonly weights: ReadonlyMap<string, OnnxTensor>;
  readonly input: string;
  readonly output: string;
}

/** Reads a network of nodes with one output each, from one input to one output. */
export function readNetwork(bytes: Uint8Array): OnnxNetwork {
  const { graph, opsetImport } = decode<ModelMessage>('ModelProto', bytes);
  return {
    nodes: graph.node.map(({ opType, input, output, attribute, domain }) => ({
      node: {
        op: opType,
        inputs: input.map((_, i) => i),
        outputs: 1,
        attributes: Object.fromEntries(attribute.map(toAttribute)),
        opset: opsetImport.find((set) => set.domain === domain)?.version ?? 0,
      },
      from: input,
      to: output[0],
    })),
    weights: new Map(graph.initializer.map((tensor) => [tensor.name, toTensor(tensor, tensor.name)])),
    input: graph.input[0].name,
    output: graph.output[0].name,
  };
}
