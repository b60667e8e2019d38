import { naming, ShapeError } from './errors.ts';

/** Axis lengths, outermost first. Every tensor is stored row-major and without gaps. */
export type Shape = readonly number[];

/** The most axes a tensor may have: what the shaders' parameter blocks hold. */
export const MAX_RANK = 8;

/** Refuses what is no shape that a tensor may have. */
export function checkShape(shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`tensor: ${naming(shape)} as shape; expected an array such as [2, 3]`);
  }
  if (shape.length <= MAX_RANK && shape.every((n) => Number.isInteger(n) && n >= 0)) return;
  const said = shape.map(naming).join(',');
  throw new ShapeError(`tensor: shape [${said}]; expected at most ${MAX_RANK} whole numbers ≥ 0`);
}

/** The number of elements: the product of the axes, 1 for a scalar `[]`. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** `[2,3]`: how a shape stands in messages. */
export const show = (shape: Shape): string => `[${shape.join(',')}]`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Row-major strides in elements: `[12,4,1]` for `[2,3,4]`. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Where the element of that index lies. */
export const offsetOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, at, axis) => sum + at * strides[axis], 0);

/** Every index of a tensor of that shape, in row-major order: [0,0], [0,1], … It is one array that moves on. */
export function* indicesOf(shape: Shape): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
}

/** Strides with which a tensor of `shape` is read as if it had the broader shape `to`: 0 along broadcast axes. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = stridesOf(shape);
  const lead = to.length - shape.length;
  return to.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : own[axis - lead]));
}

/** NumPy's rule: align the last axes; each pair is equal or one of the two is 1. */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `${op}: shapes ${show(a)} and ${show(b)} do not broadcast; expected equal axes, or 1, counted from the last`,
      );
    }
    return m === 1 ? n : m;
  });
}

/** An axis counted from the front; a negative one counts from the back, as in Python. */
export function resolveAxis(op: string, axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    const expected = rank === 0 ? 'no axis: it is a scalar' : `${-rank} to ${rank - 1}`;
    throw new ShapeError(`${op}: axis ${axis} of a tensor of rank ${rank}; expected ${expected}`);
  }
  return resolved;
}

/** Resolved, sorted and distinct axes; all of them when none are given. */
export function resolveAxes(op: string, axes: readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const resolved = axes.map((axis) => resolveAxis(op, axis, rank)).sort((a, b) => a - b);
  if (new Set(resolved).size < resolved.length) {
    throw new ShapeError(`${op}: axes ${show(axes)} name one axis twice; expected distinct axes`);
  }
  return resolved;
}

/** The shape that is left when `axes` are summed away (kept as 1 with `keepDims`). */
export const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): number[] =>
  keepDims
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));

/** Parts of a tensor begin at multiples of so many elements: WebGPU binds those that begin at multiples of 256 bytes. */
export const PART = 64;

/** Where each of the tensors begins in their pack, and its length. */
export function packLayout(tensors: readonly { readonly shape: Shape }[]): {
  starts: number[];
  length: number;
} {
  const starts: number[] = [];
  let length = 0;
  for (const { shape } of tensors) {
    starts.push(length);
    length += Math.ceil(sizeOf(shape) / PART) * PART;
  }
  return { starts, length };
}
