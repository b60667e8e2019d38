import protobuf from 'protobufjs';
import { CLASSES, SIZE } from './network.mjs';

/**
 * The part of onnx.proto that a network here needs, with the standard's field numbers.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
const SCHEMA = `
  syntax = "proto3";
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message Dimension { int64 dim_value = 1; }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { TensorTypeProto tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message AttributeProto { string name = 1; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
`;

const Model = protobuf.parse(SCHEMA).root.lookupType('ModelProto');

/** Opset 13 belongs to version 7 of the format. */
const [IR_VERSION, OPSET] = [7, 13];
/** In TensorProto.DataType and AttributeProto.AttributeType. */
const [FLOAT, INT, INTS] = [1, 2, 7];

const attribute = (name, value) =>
  Array.isArray(value) ? { name, type: INTS, ints: value } : { name, type: INT, i: value };
const placeholder = (name, shape) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

/** What a layer is in ONNX: its operator and its attributes. Dropout is nothing in inference. */
const operators = {
  conv2d: ({ kernel, same }) => {
    const padding = same ? (kernel - 1) / 2 : 0;
    return ['Conv', { kernel_shape: [kernel, kernel], pads: [padding, padding, padding, padding] }];
  },
  // x·wᵀ + b
  linear: () => ['Gemm', { transB: 1 }],
  maxPool2d: ({ kernel }) => ['MaxPool', { kernel_shape: [kernel, kernel], strides: [kernel, kernel] }],
  flatten: () => ['Flatten', { axis: 1 }],
};

/** The shapes of a layer's weight and bias, as ONNX and inkgrad have them; none where it has none. */
export const weightShapes = ({ type, inputs, outputs, kernel }) =>
  type === 'conv2d'
    ? [[outputs, inputs, kernel, kernel], [outputs]]
    : type === 'linear'
      ? [[outputs, inputs], [outputs]]
      : [];

/**
 * The bytes of an ONNX file with the network's `layers`, from `images` to `logits`, for batches of one size.
 * `weights` has for each layer its weight and its bias.
 */
export function onnxFile(layers, weights, batch) {
  const graph = {
    name: 'network',
    node: [],
    initializer: [],
    input: [placeholder('images', [batch, 1, SIZE, SIZE])],
    output: [placeholder('logits', [batch, CLASSES])],
  };
  let last = 'images';
  const add = (opType, attributes, inputs) => {
    const output = `value${graph.node.length}`;
    const list = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    graph.node.push({ opType, input: [last, ...inputs], output: [output], attribute: list });
    last = output;
  };
  layers.forEach((layer, i) => {
    if (layer.type === 'dropout') return;
    const names = weightShapes(layer).map((dims, k) => {
      const { buffer, byteOffset, byteLength } = weights[i][k];
      const rawData = new Uint8Array(buffer, byteOffset, byteLength);
      const name = `${['weight', 'bias'][k]}${i}`;
      graph.initializer.push({ name, dims, dataType: FLOAT, rawData });
      return name;
    });
    add(...operators[layer.type](layer), names);
    if (layer.relu) add('Relu', {}, []);
  });
  graph.node.at(-1).output = ['logits'];
  return Model.encode({ irVersion: IR_VERSION, graph, opsetImport: [{ version: OPSET }] }).finish();
}
