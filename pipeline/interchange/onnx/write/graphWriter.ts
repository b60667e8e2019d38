import type { Shape } from '../../../../engine/shape.ts';
import type { Weights } from '../../weights.ts';
import type { AttributeMessage, Given, NodeMessage, TensorMessage } from '../schema.ts';
import { attributeTypes } from '../schema.ts';
import { floatMessage } from '../tensors.ts';

/** A number that ONNX wants as a float; plain numbers are whole. */
export class Float {
  constructor(readonly value: number) {}
}

export type GivenAttributes = Readonly<Record<string, number | readonly number[] | Float>>;

/** Adds up the nodes and constants of a graph. */
export class GraphWriter {
  readonly nodes: Given<NodeMessage>[] = [];
  readonly constants: Given<TensorMessage>[] = [];

  /** @param weights of the model, by their names there */
  constructor(readonly weights: Weights) {}

  /**
   * Adds a node.
   *
   * @param name a name of its own, which is that of its output too
   * @returns the name of its output
   */
  node(op: string, name: string, inputs: readonly string[], attributes: GivenAttributes = {}): string {
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push({ opType: op, name, input: inputs, output: [name], attribute });
    return name;
  }

  /** Names the output of the last node as that of the network. */
  end(output: string): void {
    this.nodes.push({ ...this.nodes.pop()!, output: [output] });
  }

  /** Adds those weights of a layer that it has, and gives their names. */
  parameters(path: string, ...names: string[]): string[] {
    const there = names.map((name) => `${path}.${name}`).filter((name) => this.weights.has(name));
    for (const name of there) {
      const { shape, data } = this.weights.get(name)!;
      this.constants.push(floatMessage(name, shape, data as Float32Array));
    }
    return there;
  }

  /** Adds numbers that are no weights, and gives their name. */
  constant(name: string, shape: Shape, values: ArrayLike<number>): string {
    this.constants.push(floatMessage(name, shape, Float32Array.from(values)));
    return name;
  }
}

function attributeOf(name: string, value: GivenAttributes[string]): Given<AttributeMessage> {
  const { FLOAT, INT, INTS } = attributeTypes;
  if (value instanceof Float) return { name, type: FLOAT, f: value.value };
  if (typeof value === 'number') return { name, type: INT, i: value };
  return { name, type: INTS, ints: value };
}
