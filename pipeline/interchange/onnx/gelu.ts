import type { Constants } from './constants.ts';
import type { OnnxNode } from './network.ts';

/** What computes x·(1 + erf(x/√2))·½, as operator sets before 20 write it: the order of its last products differs. */
export interface GeluNodes {
  readonly nodes: readonly OnnxNode[];
  readonly output: string;
}

const isNear = (value: number, right: number): boolean => Math.abs(value - right) < 1e-6;

/**
 * Finds a gelu that begins with a node.
 *
 * @param usersOf the nodes that take a value
 */
export function geluAt(
  x: string,
  first: OnnxNode,
  constants: Constants,
  usersOf: (name: string) => readonly OnnxNode[],
): GeluNodes | null {
  const scalar = (node: OnnxNode): number | undefined =>
    node.inputs.map((name) => constants.get(name)?.data).find((data) => data?.length === 1)?.[0];
  const nodes = [first];
  const next = (op: string): OnnxNode | null => {
    const users = usersOf(nodes[nodes.length - 1].outputs[0]);
    if (users.length !== 1 || users[0].op !== op) return null;
    nodes.push(users[0]);
    return users[0];
  };
  const root = scalar(first);
  const isScaled =
    root !== undefined &&
    ((first.op === 'Div' && first.inputs[0] === x && isNear(root, Math.SQRT2)) ||
      (first.op === 'Mul' && isNear(root, Math.SQRT1_2)));
  if (!isScaled || next('Erf') === null) return null;
  const raised = next('Add');
  if (raised === null || scalar(raised) !== 1) return null;
  // x and ½ are multiplied in this order, or the other way round, or ½·x was made apart.
  const products = [next('Mul'), next('Mul')].filter((node) => node !== null);
  const halves = products.filter((node) => scalar(node) === 0.5);
  const byX = products.filter((node) => node.inputs.includes(x));
  if (products.length === 2 && halves.length === 1 && byX.length === 1) {
    return { nodes, output: products[1].outputs[0] };
  }
  const [product] = products;
  const half = usersOf(x).find((node) => node.op === 'Mul' && scalar(node) === 0.5);
  if (products.length === 1 && half !== undefined && product.inputs.includes(half.outputs[0])) {
    return { nodes: [...nodes, half], output: product.outputs[0] };
  }
  return null;
}
