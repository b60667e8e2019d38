import { faultAt } from '../../../faults.ts';
import { listed } from '../../../text/listed.ts';
import { visible } from '../../../text/visible.ts';
import type { OnnxNetwork, OnnxNode } from '../network.ts';
import { Chain, nodeName, refuse } from './chain.ts';
import { Constants } from './constants.ts';
import { patternAt } from './patterns.ts';
import { nodeReaders } from './readNodes.ts';

/** What a last softmax is in ONNX. */
const isSoftmax = ({ op }: OnnxNode): boolean => op === 'Softmax' || op === 'LogSoftmax';

/** [C,H,W] of an image, or [features], that a network takes. */
function inputOf({ inputs }: OnnxNetwork): readonly number[] {
  if (inputs.length !== 1) {
    refuse(`takes ${inputs.length} inputs (${listed(inputs.map(({ name }) => name))}); expected one, images`);
  }
  const [{ name, shape }] = inputs;
  const image = shape.slice(1);
  const lengths = image.filter((length): length is number => length !== null);
  if (lengths.length < image.length || (image.length !== 3 && image.length !== 1)) {
    const shown = shape.map((length) => length ?? '?').join(', ');
    refuse(
      `its input ${visible(name)} is [${shown}]; expected [batch, channels, height, width] with lengths for all but the batch`,
    );
  }
  return lengths;
}

/** Goes through the nodes of a network, and makes layers of them. */
class Walk {
  readonly chain: Chain;
  readonly #constants: Constants;
  readonly #users = new Map<string, OnnxNode[]>();
  readonly #done: Set<OnnxNode>;
  readonly #output: string;
  /** what the layers so far make */
  #current: string;

  constructor({ nodes, inputs, outputs, constants }: OnnxNetwork, input: readonly number[]) {
    if (outputs.length !== 1) refuse(`gives ${outputs.length} outputs; expected one, logits`);
    this.chain = new Chain(input);
    this.#constants = new Constants(constants);
    this.#output = outputs[0];
    this.#current = inputs[0].name;
    // Constants may come after the first of several nodes that are one layer.
    this.#done = new Set(nodes.filter((node) => this.#constants.fold(node)));
    for (const node of nodes) {
      for (const name of new Set(node.inputs)) this.#users.set(name, [...this.#usersOf(name), node]);
    }
  }

  readonly #usersOf = (name: string): readonly OnnxNode[] => this.#users.get(name) ?? [];

  /** Reads a node, where it is not read yet. */
  read(node: OnnxNode): void {
    if (this.#done.has(node) || this.#constants.fold(node)) return;
    this.#expectCurrent(node);
    if (node.op === 'Shape') {
      this.#constants.shapeOf(node, this.chain.shape);
      return;
    }
    const [made = ''] = node.outputs;
    const [next, ...others] = this.#usersOf(made);
    const endsInSoftmax =
      next !== undefined && others.length === 0 && isSoftmax(next) && next.outputs[0] === this.#output;
    const { chain } = this;
    const at = { chain, node, constants: this.#constants, endsInSoftmax, isLast: made === this.#output };
    const pattern = patternAt({ ...at, x: this.#current, usersOf: this.#usersOf });
    if (pattern !== null) {
      chain.add(node, pattern.spec);
      for (const each of pattern.nodes) this.#done.add(each);
      this.#current = pattern.output;
      return;
    }
    if (node.domain !== '' || !Object.hasOwn(nodeReaders, node.op)) {
      refuse(`does what no layer here does; there is ${Object.keys(nodeReaders).sort().join(', ')}`);
    }
    nodeReaders[node.op](at);
    this.#current = made;
  }

  /** Of what is no constant a node takes what the layer before makes, and nothing else. */
  #expectCurrent({ inputs }: OnnxNode): void {
    const from = inputs.filter((name) => name !== '' && this.#constants.get(name) === undefined);
    if (from.length === 0) refuse('computes with constants alone, in a way that is not read here');
    if (from.length > 1 || from[0] !== this.#current) {
      refuse(
        `takes ${listed(from)}, where the layer before makes ${visible(this.#current)}; layers come one after the other here`,
      );
    }
  }

  end(): Chain {
    if (this.#current !== this.#output) {
      refuse(
        `its output ${visible(this.#output)} is not what its last layer makes, ${visible(this.#current)}`,
      );
    }
    this.chain.end();
    return this.chain;
  }
}

/**
 * The nodes of a network as layers one after the other.
 *
 * @throws PipelineError `not-expressible` for the first node that is none
 */
export function readChain(network: OnnxNetwork, file: string): Chain {
  let where = file;
  try {
    const walk = new Walk(network, inputOf(network));
    for (const node of network.nodes) {
      where = `${file}: ${nodeName(node)}`;
      walk.read(node);
    }
    where = file;
    return walk.end();
  } catch (error) {
    // What the engine refuses of a window has no file.
    throw faultAt(where, error, 'not-expressible');
  }
}
