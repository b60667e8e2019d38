import { PipelineError } from '../../../faults.ts';
import { listed } from '../../../text/listed.ts';
import { visible } from '../../../text/visible.ts';
import type { OnnxNetwork, OnnxNode } from '../network.ts';
import { Chain } from './chain.ts';
import { Constants } from './constants.ts';
import { patternAt } from './patterns.ts';
import { nodeReaders } from './readNodes.ts';

/** What a last softmax is in ONNX. */
const isSoftmax = ({ op }: OnnxNode): boolean => op === 'Softmax' || op === 'LogSoftmax';

/** [C,H,W] of an image, or [features], that a network takes. */
function inputOf({ inputs }: OnnxNetwork, file: string): readonly number[] {
  const refuse = (what: string): never => {
    throw new PipelineError(`${file}: ${what}`, 'not-expressible');
  };
  if (inputs.length !== 1) {
    return refuse(
      `takes ${inputs.length} inputs (${listed(inputs.map(({ name }) => name))}); expected one, images`,
    );
  }
  const [{ name, shape }] = inputs;
  const image = shape.slice(1);
  const lengths = image.filter((length): length is number => length !== null);
  if (lengths.length < image.length || (image.length !== 3 && image.length !== 1)) {
    const shown = shape.map((length) => length ?? '?').join(', ');
    return refuse(
      `its input ${visible(name)} is [${shown}]; expected [batch, channels, height, width] with lengths for all but the batch`,
    );
  }
  return lengths;
}

/** Images of which a network takes the pixels as features: squares of one channel. */
function asImages(chain: Chain, first: OnnxNode): void {
  const [features] = chain.input;
  const side = Math.sqrt(features);
  if (!Number.isInteger(side)) chain.refuse(first, `takes ${features} features, which are no square image`);
  chain.input = [1, side, side];
  chain.layers.unshift({ spec: { type: 'flatten' }, input: chain.input, weights: {}, from: first });
}

/**
 * The nodes of a network as layers one after the other.
 *
 * @throws PipelineError `not-expressible` for the first node that is none
 */
export function readChain(network: OnnxNetwork, file: string): Chain {
  const chain = new Chain(inputOf(network, file), file);
  const constants = new Constants(network.constants);
  const { nodes, outputs } = network;
  const [output] = outputs;
  if (outputs.length !== 1) {
    throw new PipelineError(
      `${file}: gives ${outputs.length} outputs; expected one, logits`,
      'not-expressible',
    );
  }
  const users = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const name of new Set(node.inputs)) users.set(name, [...(users.get(name) ?? []), node]);
  }
  const usersOf = (name: string) => users.get(name) ?? [];
  const done = new Set<OnnxNode>();
  let current = network.inputs[0].name;
  for (const node of nodes) {
    if (done.has(node) || constants.fold(node)) continue;
    const from = node.inputs.filter((name) => name !== '' && constants.get(name) === undefined);
    const stray = from.find((name) => name !== current);
    if (stray !== undefined || from.length !== 1) {
      chain.refuse(
        node,
        from.length === 0
          ? 'computes with constants alone, in a way that is not read here'
          : `takes ${listed(from)}, where the layer before makes ${visible(current)}: layers come one after the other here`,
      );
    }
    if (node.op === 'Shape') {
      constants.shapeOf(node, chain.shape);
      continue;
    }
    const [made] = node.outputs;
    const next = usersOf(made);
    const endsInSoftmax = next.length === 1 && isSoftmax(next[0]) && next[0].outputs[0] === output;
    const at = { chain, node, constants, endsInSoftmax, isLast: made === output };
    const pattern = patternAt({ ...at, x: current, usersOf });
    if (pattern !== null) {
      chain.add(node, pattern.spec);
      for (const each of pattern.nodes) done.add(each);
      current = pattern.output;
      continue;
    }
    const isKnown = node.domain === '' && Object.hasOwn(nodeReaders, node.op);
    if (!isKnown)
      chain.refuse(
        node,
        `does what no layer here does; there is ${Object.keys(nodeReaders).sort().join(', ')}`,
      );
    nodeReaders[node.op](at);
    current = made;
  }
  if (current !== output) {
    throw new PipelineError(
      `${file}: its output ${visible(output)} is not what its last layer makes, ${visible(current)}`,
      'not-expressible',
    );
  }
  if (chain.input.length === 1) asImages(chain, nodes[0]);
  return chain;
}
