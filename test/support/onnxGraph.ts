// ONNX files as other programs write them, node by node.
import { Random } from '../../engine/random.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { AttributeMessage, Given, TensorMessage } from '../../pipeline/interchange/onnx/schema.ts';
import { attributeTypes, decode, encodeModel } from '../../pipeline/interchange/onnx/schema.ts';
import { floatMessage } from '../../pipeline/interchange/onnx/tensors.ts';

type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly f: number }
  | { readonly t: Given<TensorMessage> };

export interface NodeText {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}

/** A node; its output goes by its own name. */
export const node = (
  output: string,
  op: string,
  inputs: readonly string[],
  attributes: NodeText['attributes'] = {},
): NodeText => ({ op, inputs, output, attributes });

export interface GraphText {
  /** null is the batch */
  readonly input: readonly (number | null)[];
  readonly nodes: readonly NodeText[];
  readonly constants?: readonly Given<TensorMessage>[];
  readonly output?: readonly string[];
  readonly opset?: number;
  readonly inputs?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

function attributeOf(name: string, value: Attribute): Given<AttributeMessage> {
  const { FLOAT, INT, STRING, TENSOR, INTS } = attributeTypes;
  if (typeof value === 'number') return { name, type: INT, i: value };
  if (typeof value === 'string') return { name, type: STRING, s: new TextEncoder().encode(value) };
  if ('f' in value) return { name, type: FLOAT, f: value.f };
  if ('t' in value) return { name, type: TENSOR, t: value.t };
  return { name, type: INTS, ints: value };
}

/** The bytes of a file; what goes in is `x`, and what the last node makes comes out where nothing else is said. */
export function onnxOf({ input, nodes, constants = [], opset = 17, ...rest }: GraphText): Uint8Array {
  const { output = [nodes.at(-1)!.output], inputs = ['x'], metadata = {} } = rest;
  const dim = input.map((length) => (length === null ? { dimParam: 'n' } : { dimValue: length }));
  const value = (name: string) => ({ name, type: { tensorType: { elemType: 1, shape: { dim } } } });
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, text]) => ({ key, value: text })),
    graph: {
      name: 'graph',
      node: nodes.map(({ op, output: made, inputs: taken, attributes, domain = '' }) => ({
        opType: op,
        name: made,
        input: taken,
        output: [made],
        domain,
        attribute: Object.entries(attributes).map(([key, each]) => attributeOf(key, each)),
      })),
      initializer: constants,
      input: inputs.map(value),
      output: output.map((name) => ({ name, type: { tensorType: { elemType: 1, shape: null } } })) as never,
    },
  });
}

/** Random weights, of a size that keeps what comes out about as large as what goes in. */
export function random(name: string, ...shape: number[]): Given<TensorMessage> {
  const numbers = new Random(7, name.length + 31 * sizeOf(shape));
  const bound = shape.length > 1 ? Math.sqrt(3 / Math.max(1, sizeOf(shape) / shape[0])) : 0.5;
  return floatMessage(
    name,
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => numbers.uniform(-bound, bound)),
  );
}

/** Random numbers above 0, as variances are. */
export function above(name: string, ...shape: number[]): Given<TensorMessage> {
  const numbers = new Random(9, sizeOf(shape));
  return floatMessage(
    name,
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 0.5 + numbers.uniform()),
  );
}

export const floats = (name: string, shape: readonly number[], ...values: number[]): Given<TensorMessage> =>
  floatMessage(name, shape, Float32Array.from(values));

/** Whole numbers of 64 bits, such as the shape that a reshape takes. */
export const longs = (name: string, shape: readonly number[], ...values: number[]): Given<TensorMessage> => ({
  name,
  dims: [...shape],
  dataType: 7,
  int64Data: values,
});

/** The same file without what inkgrad says beside the network. */
export const withoutMetadata = (file: Uint8Array): Uint8Array =>
  encodeModel({ ...(decode('ModelProto', file) as object), metadataProps: [] });
