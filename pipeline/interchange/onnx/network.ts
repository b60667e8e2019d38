import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import type { AttributeMessage, ModelMessage, NodeMessage, ValueMessage } from './schema.ts';
import { attributeTypes, decode } from './schema.ts';
import type { OnnxTensor } from './tensors.ts';
import { tensorFrom } from './tensors.ts';

export type Attribute = number | string | readonly number[] | OnnxTensor;

/** One use of an operator. */
export interface OnnxNode {
  readonly op: string;
  /** the set that it belongs to; empty for the standard's own */
  readonly domain: string;
  /** what errors call it: its name, or its place where it has none */
  readonly label: string;
  /** names of what goes in; empty for what is left out */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** the version of the operator set that it belongs to */
  readonly opset: number;
}

/** What goes into a network; null for an axis without a length of its own, such as the batch. */
export interface OnnxInput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

export interface OnnxNetwork {
  readonly name: string;
  /** in the order of their work */
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The standard's own set of operators has two names. */
const setOf = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

/**
 * Reads an ONNX file.
 *
 * @param file what errors call it
 * @throws PipelineError `damaged` where the bytes are none
 */
export function readNetwork(bytes: Uint8Array, file: string): OnnxNetwork {
  const fail = (what: string): never => {
    throw new PipelineError(`${file}: ${what}`, 'damaged');
  };
  const { graph, opsetImport, metadataProps } = parse(bytes, fail);
  if (graph === null || graph.node.length === 0)
    return fail('not an ONNX file, or one that holds no network');
  const tensor = (name: string, message: Parameters<typeof tensorFrom>[0]) =>
    tensorFrom(message, (what) => fail(`tensor ${visible(name)} ${what}`));
  const constants = new Map(
    graph.initializer.map((message) => [message.name, tensor(message.name, message)]),
  );
  const opsets = new Map(opsetImport.map(({ domain, version }) => [setOf(domain), version]));
  const node = ({ opType, name, domain, input, output, attribute }: NodeMessage, place: number): OnnxNode => {
    const label = visible(name === '' ? String(place) : name);
    const read = attribute.map((each) => [each.name, attributeValue(each, tensor)] as const);
    return {
      op: opType,
      domain: setOf(domain),
      label,
      inputs: input,
      outputs: output,
      attributes: Object.fromEntries(
        read.filter(([, value]) => value !== undefined),
      ) as OnnxNode['attributes'],
      opset: opsets.get(setOf(domain)) ?? 0,
    };
  };
  return {
    name: graph.name,
    nodes: graph.node.map(node),
    constants,
    // Files of the first versions list their constants among what goes in.
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map(inputOf),
    outputs: graph.output.map(({ name }) => name),
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array, fail: (what: string) => never): ModelMessage {
  try {
    return decode('ModelProto', bytes);
  } catch (error) {
    return fail(`not an ONNX file, or one that is cut or changed (${(error as Error).message})`);
  }
}

/** The value of an attribute; undefined where it is of a type that no operator read here has. */
function attributeValue(
  { name, type, f, i, s, t, floats, ints }: AttributeMessage,
  tensor: (name: string, message: NonNullable<AttributeMessage['t']>) => OnnxTensor,
): Attribute | undefined {
  const { FLOAT, INT, STRING, TENSOR, FLOATS, INTS } = attributeTypes;
  switch (type) {
    case FLOAT:
      return f;
    case INT:
      return i;
    case STRING:
      return new TextDecoder().decode(s);
    case TENSOR:
      return t === null ? undefined : tensor(name, t);
    case FLOATS:
      return floats;
    case INTS:
      return ints;
    default:
      return undefined;
  }
}

/** A length of 0 stands for one that is not known, as older exporters wrote it. */
const inputOf = ({ name, type }: ValueMessage): OnnxInput => ({
  name,
  shape: (type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) => dimValue || null),
});
