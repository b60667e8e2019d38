import { sizeOf } from '../../../../engine/shape.ts';
import { refuse } from './chain.ts';
import { listOf, reshaped } from './constants.ts';
import { constant, type NodeAt, number, optional } from './nodeAt.ts';

/** The shape of an image that a reshape of all of them makes: what it says of the batch is left aside. */
function imageShape(at: NodeAt, target: readonly number[]): readonly number[] {
  const { chain, node } = at;
  // The batch is 0, which keeps it, −1, a length that the file fixes, or one that is taken from the input.
  const [, ...rest] = reshaped(
    [1, ...chain.shape],
    [1, ...target.slice(1)],
    number(node, 'allowzero', 0) === 1,
  );
  return sizeOf(rest) === sizeOf(chain.shape) ? rest : refuse(`makes [${target}] of [batch, ${chain.shape}]`);
}

export function reshape(at: NodeAt): void {
  const target = listOf(at.node, 'shape', constant(at, 1));
  at.chain.reshape(at.node, imageShape(at, target ?? []));
}

export function squeeze(at: NodeAt): void {
  const { chain, node } = at;
  const rank = chain.shape.length + 1;
  const axes = listOf(node, 'axes', optional(at, 1))?.map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes?.includes(0) || axes?.some((axis) => chain.shape[axis - 1] !== 1))
    refuse(`takes the axes ${axes} away`);
  chain.reshape(
    node,
    chain.shape.filter((n, axis) => (axes ? !axes.includes(axis + 1) : n !== 1)),
  );
}

export function flatten({ chain, node }: NodeAt): void {
  const axis = number(node, 'axis', 1);
  if ((axis < 0 ? axis + chain.shape.length + 1 : axis) !== 1)
    refuse(`has the axis ${axis}; flatten keeps the batch alone`);
  chain.add(node, { type: 'flatten' });
}

export function mean(at: NodeAt): void {
  const { chain, node } = at;
  const axes = listOf(node, 'axes', optional(at, 1))?.map((axis) => (axis < 0 ? axis + 4 : axis));
  if (axes?.toSorted().join() !== '2,3')
    refuse(`is over the axes ${axes}; a mean of ours is over height and width`);
  chain.add(node, { type: 'globalAvgPool' });
  if (number(node, 'keepdims', 1) === 0) chain.add(node, { type: 'flatten' });
}
