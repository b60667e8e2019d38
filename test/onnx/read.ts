// Reads ONNX files: those of a case, model.onnx and the tensors in test_data_set_0/*.pb, and whole networks.
import { readFileSync } from 'node:fs';
import type { OnnxNode as NetworkNode } from '../../pipeline/interchange/onnx/network.ts';
import { readNetwork as readOnnx } from '../../pipeline/interchange/onnx/network.ts';
import { decode } from '../../pipeline/interchange/onnx/schema.ts';
import type { OnnxTensor } from '../../pipeline/interchange/onnx/tensors.ts';
import { tensorFrom } from '../../pipeline/interchange/onnx/tensors.ts';

export type { OnnxTensor };

export const readTensor = (file: string): OnnxTensor =>
  tensorFrom(decode('TensorProto', readFileSync(file)), (what) => {
    throw new Error(`${file}: ${what}`);
  });

/** A node: the only one of a case, or one of a network. */
export interface OnnxNode extends Pick<NetworkNode, 'op' | 'attributes' | 'opset'> {
  /** For each of its inputs the number of the file input_N.pb; −1 stands for one that is left out. In a network they count up. */
  readonly inputs: readonly number[];
  /** How many outputs it has, in the order of the files output_N.pb. */
  readonly outputs: number;
}

export function readNode(file: string): OnnxNode {
  const { nodes, inputs, outputs } = readOnnx(readFileSync(file), file);
  const [node] = nodes;
  if (nodes.length !== 1 || node.outputs.join() !== outputs.join()) {
    throw new Error(`${file}: ${nodes.length} nodes; expected one, which makes all outputs in order`);
  }
  const places = new Map(inputs.map(({ name }, i) => [name, i]));
  return { ...node, inputs: node.inputs.map((name) => places.get(name) ?? -1), outputs: outputs.length };
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
  const { nodes, constants, inputs, outputs } = readOnnx(bytes, 'network');
  return {
    nodes: nodes.map((node) => ({
      node: { ...node, inputs: node.inputs.map((_, i) => i), outputs: 1 },
      from: node.inputs,
      to: node.outputs[0],
    })),
    weights: constants,
    input: inputs[0].name,
    output: outputs[0],
  };
}
