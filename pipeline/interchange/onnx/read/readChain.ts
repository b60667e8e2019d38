import { faultAt } from '../../../faults.ts';
import { MOST_DEPTH } from '../../../model/limits.ts';
import { listed } from '../../../text/listed.ts';
import { visible } from '../../../text/visible.ts';
import type { OnnxNetwork, OnnxNode } from '../network.ts';
import { Chain, nodeName, refuse } from './chain.ts';
import { Constants } from './constants.ts';
import { findJoins, type Join } from './joins.ts';
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

/** What all walks through a network share. */
class Graph {
  readonly constants: Constants;
  readonly joins: ReadonlyMap<string, readonly Join[]>;
  readonly output: string;
  /** nodes that need not be read any more */
  readonly done: Set<OnnxNode>;
  /** the node that is being read */
  current: OnnxNode | null = null;
  readonly #users = new Map<string, OnnxNode[]>();

  constructor({ nodes, inputs, outputs, constants }: OnnxNetwork) {
    if (outputs.length !== 1) refuse(`gives ${outputs.length} outputs; expected one, logits`);
    [this.output] = outputs;
    this.constants = new Constants(constants);
    // Constants may come after the first of several nodes that are one layer.
    this.done = new Set(nodes.filter((node) => this.constants.fold(node)));
    this.joins = findJoins(nodes, inputs[0].name);
    for (const node of nodes) {
      for (const name of new Set(node.inputs)) this.#users.set(name, [...this.usersOf(name), node]);
    }
  }

  readonly usersOf = (name: string): readonly OnnxNode[] => this.#users.get(name) ?? [];
}

/** Goes through nodes one after the other, and makes layers of them. */
class Walk {
  readonly chain: Chain;
  readonly #graph: Graph;
  readonly #nodes: ReadonlySet<OnnxNode>;
  readonly #depth: number;
  /** what the layers so far make */
  #current: string;

  /**
   * @param current the name of what goes in
   * @param shape [C,H,W] or [features] of it, for one image
   */
  constructor(
    graph: Graph,
    nodes: readonly OnnxNode[],
    current: string,
    shape: readonly number[],
    depth = 0,
  ) {
    this.chain = new Chain(shape);
    this.#graph = graph;
    this.#nodes = new Set(nodes);
    this.#current = current;
    this.#depth = depth;
  }

  /** Reads all nodes; gives the name of what the last one makes. */
  through(): string {
    for (const node of this.#nodes) this.#read(node);
    return this.#current;
  }

  /** Reads a node, where it is not read yet. */
  #read(node: OnnxNode): void {
    const { chain } = this;
    const graph = this.#graph;
    const { constants, done, output, usersOf } = graph;
    if (done.has(node) || constants.fold(node)) return;
    graph.current = node;
    this.#expectCurrent(node);
    if (node.op !== 'Shape' && this.#readSum()) return;
    done.add(node);
    if (node.op === 'Shape') {
      constants.shapeOf(node, chain.shape);
      return;
    }
    const [made = ''] = node.outputs;
    const [next, ...others] = usersOf(made);
    const endsInSoftmax =
      next !== undefined && others.length === 0 && isSoftmax(next) && next.outputs[0] === output;
    const at = { chain, node, constants, endsInSoftmax, isLast: made === output };
    const pattern = patternAt({ ...at, x: this.#current, usersOf });
    if (pattern !== null) {
      chain.add(node, pattern.spec);
      for (const each of pattern.nodes) done.add(each);
      this.#current = pattern.output;
      return;
    }
    if (node.domain !== '' || !Object.hasOwn(nodeReaders, node.op)) {
      refuse(`does what no layer here does; there is ${Object.keys(nodeReaders).sort().join(', ')}`);
    }
    nodeReaders[node.op](at);
    this.#current = made;
  }

  /** Reads the branches that begin here and are added in the end, where there are such; the outermost of several. */
  #readSum(): boolean {
    const graph = this.#graph;
    const join = graph.joins.get(this.#current)?.findLast(({ node }) => this.#nodes.has(node));
    if (join === undefined) return false;
    const [first, second] = join.branches().map(({ end, nodes }) => {
      if (this.#depth === MOST_DEPTH) refuse(`begins branches more than ${MOST_DEPTH} deep in others`);
      const walk = new Walk(graph, nodes, this.#current, this.chain.shape, this.#depth + 1);
      const made = walk.through();
      graph.current = join.node;
      if (made !== end) refuse(`adds ${visible(end)}, which is not the end of a branch of its own`);
      walk.chain.endBranch(this.chain.shape);
      return walk.chain;
    });
    graph.done.add(join.node);
    this.chain.addSum(join.node, [first, second]);
    [this.#current] = join.node.outputs;
    return true;
  }

  /** Of what is no constant a node takes what the layer before makes, and nothing else. */
  #expectCurrent({ inputs }: OnnxNode): void {
    const from = inputs.filter((name) => name !== '' && this.#graph.constants.get(name) === undefined);
    if (from.length === 0) refuse('computes with constants alone, in a way that is not read here');
    if (from.length > 1 || from[0] !== this.#current) {
      refuse(
        `takes ${listed(from)}, where the layer before makes ${visible(this.#current)}; of layers that branch only a sum of two is read`,
      );
    }
  }
}

/**
 * The nodes of a network as layers one after the other, of which some are sums of two branches.
 *
 * @throws PipelineError `not-expressible` for the first node that is none
 */
export function readChain(network: OnnxNetwork, file: string): Chain {
  let graph: Graph | null = null;
  try {
    const input = inputOf(network);
    graph = new Graph(network);
    const walk = new Walk(graph, network.nodes, network.inputs[0].name, input);
    const last = walk.through();
    graph.current = null;
    if (last !== graph.output)
      refuse(`its output ${visible(graph.output)} is not what its last layer makes, ${visible(last)}`);
    walk.chain.end();
    return walk.chain;
  } catch (error) {
    const node = graph?.current ?? null;
    // What the engine refuses of a window has no file.
    throw faultAt(node === null ? file : `${file}: ${nodeName(node)}`, error, 'not-expressible');
  }
}
