import { pairOf } from '../../../../engine/windowOptions.ts';
import type { LayerSpec } from '../../../model/layers.ts';
import { windowOfLayer } from '../../windows.ts';
import type { OnnxNode } from '../network.ts';
import { sharesOf } from '../shares.ts';
import type { OnnxTensor } from '../tensors.ts';
import type { NodeAt } from './nodeAt.ts';
import { windowOptions } from './windows.ts';

/** A layer that is several nodes. */
export interface Pattern {
  readonly spec: LayerSpec;
  readonly nodes: readonly OnnxNode[];
  readonly output: string;
}

/** Where a pattern is looked for: `at` is its first node, `x` what goes into it. */
export interface Start extends NodeAt {
  readonly x: string;
  /** the nodes that take a value */
  readonly usersOf: (name: string) => readonly OnnxNode[];
}

const isNear = (value: number | undefined, right: number): boolean =>
  value !== undefined && Math.abs(value - right) <= 1e-6 * Math.abs(right);

/** Goes on from node to node, as long as each is the only one that takes what the one before makes. */
function follow({ node, usersOf }: Start, ...ops: readonly string[]): OnnxNode[] | null {
  const found = [node];
  for (const op of ops) {
    const users = usersOf(found[found.length - 1].outputs[0]);
    if (users.length !== 1 || users[0].op !== op) return null;
    found.push(users[0]);
  }
  return found;
}

/** The constant of a node that has one. */
const operand = ({ constants }: Start, { inputs }: OnnxNode): OnnxTensor | undefined =>
  inputs.map((name) => constants.get(name)).find((found) => found !== undefined);

const scalar = (start: Start, node: OnnxNode): number | undefined => {
  const { data } = operand(start, node) ?? {};
  return data?.length === 1 ? data[0] : undefined;
};

/** x·(1 + erf(x/√2))·½, as operator sets before 20 write it; the order of its products differs. */
function gelu(start: Start): Pattern | null {
  const { node, x, usersOf } = start;
  const isScaled = (user: OnnxNode): boolean =>
    (user.op === 'Div' && user.inputs[0] === x && isNear(scalar(start, user), Math.SQRT2)) ||
    (user.op === 'Mul' && isNear(scalar(start, user), Math.SQRT1_2));
  const isHalf = (user: OnnxNode): boolean => user.op === 'Mul' && scalar(start, user) === 0.5;
  const scaled = usersOf(x).find(isScaled);
  const body = scaled && follow({ ...start, node: scaled }, 'Erf', 'Add', 'Mul');
  if (!body || scalar(start, body[2]) !== 1) return null;
  const half = usersOf(x).find(isHalf);
  const made = (nodes: readonly OnnxNode[]): Pattern | null =>
    nodes.includes(node) ? { spec: { type: 'gelu' }, nodes, output: body.at(-1)!.outputs[0] } : null;
  // ½·x was made apart, or x and ½ are multiplied in turn.
  if (half !== undefined && body[3].inputs.includes(half.outputs[0])) return made([...body, half]);
  const [last] = usersOf(body[3].outputs[0]);
  if (last?.op !== 'Mul') return null;
  body.push(last);
  const products = body.slice(3);
  const isWhole = products.some(isHalf) && products.some(({ inputs }) => inputs.includes(x));
  return isWhole ? made(body) : null;
}

/** x times a function of x: σ(x) for silu, and x/6 + ½ held within [0, 1] for hardSwish, as sets before 14 write it. */
function gated({ node, x, usersOf }: Start): Pattern | null {
  const { op, attributes } = node;
  const { alpha, beta = 0.5 } = attributes as Readonly<Record<string, number | undefined>>;
  const isHard = op === 'HardSigmoid' && isNear(alpha, 1 / 6) && isNear(beta, 0.5);
  if (op !== 'Sigmoid' && !isHard) return null;
  const [made] = node.outputs;
  const [product, ...others] = usersOf(made);
  const isProduct = product?.op === 'Mul' && product.inputs.includes(made) && product.inputs.includes(x);
  if (!isProduct || others.length > 0) return null;
  const spec = { type: isHard ? 'hardSwish' : 'silu' };
  return { spec, nodes: [node, product], output: product.outputs[0] };
}

/** Sums of windows, by a convolution of ones, times 1/count: means that opset 17 has no pooling for. */
function meansBySums(start: Start): Pattern | null {
  const { node, chain, constants } = start;
  const ones = node.op === 'Conv' && chain.padding === null ? constants.get(node.inputs[1]) : undefined;
  const [channels] = chain.shape;
  const isDepthwise =
    ones?.shape.length === 4 && ones.shape[0] === channels && node.attributes.group === channels;
  if (ones === undefined || !isDepthwise || node.inputs[2] || !ones.data.every((value) => value === 1))
    return null;
  const nodes = follow(start, 'Mul');
  const shares = nodes && operand(start, nodes[1]);
  if (!nodes || !shares) return null;
  const kernel = pairOf(ones.shape.slice(2));
  const window = windowOptions(start, kernel, kernel);
  const image = pairOf(chain.shape.slice(1));
  const { padding } = windowOfLayer(given({ type: 'avgPool2d', ...window }), image);
  // What hangs over after rounding up does not count, and so is told from padding that does.
  const roundedUp = { padding: [padding[0], padding[1]], ceilMode: true };
  const readings = [{}, { countPadding: false }, roundedUp].map((options) =>
    given({ type: 'avgPool2d', ...window, ...options }),
  );
  const spec = readings.find((reading) => {
    const expected = sharesOf(windowOfLayer(reading, image), reading.countPadding !== false, image);
    return (
      shares.data.length === expected.length && expected.every((share, i) => isNear(shares.data[i], share))
    );
  });
  return spec === undefined ? null : { spec, nodes, output: nodes[1].outputs[0] };
}

/** Without options that are undefined. */
const given = (spec: LayerSpec): LayerSpec =>
  Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as LayerSpec;

/** The layer that begins here with several nodes, where one does. */
export const patternAt = (start: Start): Pattern | null => gelu(start) ?? gated(start) ?? meansBySums(start);
