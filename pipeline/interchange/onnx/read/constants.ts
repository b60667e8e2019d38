import type { TypedArray } from '../../../../engine/dtype.ts';
import { sizeOf } from '../../../../engine/shape.ts';
import type { OnnxNode } from '../network.ts';
import type { OnnxTensor } from '../tensors.ts';

/** What a node of constants makes; undefined where that is not known here. */
type Fold = (inputs: readonly OnnxTensor[], node: OnnxNode) => OnnxTensor | undefined;

const whole = (values: readonly number[], shape: readonly number[] = [values.length]): OnnxTensor => ({
  type: 'int64',
  shape,
  data: Float64Array.from(values),
});

const float = (values: readonly number[], shape: readonly number[] = [values.length]): OnnxTensor => ({
  type: 'float',
  shape,
  data: Float32Array.from(values),
});

/** A list that is an attribute in old operator sets, and an input in new ones. */
export const listOf = (
  node: OnnxNode,
  attribute: string,
  input: OnnxTensor | undefined,
): readonly number[] | undefined =>
  Array.isArray(node.attributes[attribute]) ? node.attributes[attribute] : input && Array.from(input.data);

/** Without allowzero a 0 keeps the axis at that place; −1 stands for what is left. */
export function reshaped(
  shape: readonly number[],
  target: readonly number[],
  allowZero = false,
): readonly number[] {
  const kept = target.map((n, axis) => (n === 0 && !allowZero ? shape[axis] : n));
  const known = sizeOf(kept.filter((n) => n !== -1));
  return kept.map((n) => (n === -1 ? sizeOf(shape) / known : n));
}

const sameNumbers = (x: OnnxTensor, shape: readonly number[]): OnnxTensor | undefined =>
  sizeOf(shape) === x.data.length ? { ...x, shape } : undefined;

/** Numbers of a tensor at other places: `from` gives for each new place the old one. */
function moved(x: OnnxTensor, shape: readonly number[], from: (place: number) => number): OnnxTensor {
  const Numbers = x.data.constructor as new (length: number) => TypedArray;
  const data = new Numbers(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = x.data[from(i)];
  return { ...x, shape, data };
}

function transposed(x: OnnxTensor, order: readonly number[]): OnnxTensor {
  const stride = (axis: number) => sizeOf(x.shape.slice(axis + 1));
  const shape = order.map((axis) => x.shape[axis]);
  return moved(x, shape, (place) => {
    let [rest, at] = [place, 0];
    for (let axis = order.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * stride(order[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    return at;
  });
}

/** Axes of a shape that is put together; a file may try to fill the memory by joining lists. */
const LONGEST_SHAPE = 16;

/** Nodes that exporters leave among constants: those that move numbers about, and none that computes. */
const folds: Readonly<Record<string, Fold>> = {
  Constant(_inputs, { attributes }) {
    const { value, value_float, value_int, value_floats, value_ints } = attributes;
    if (typeof value === 'object' && 'data' in value) return value;
    if (typeof value_float === 'number') return float([value_float], []);
    if (typeof value_int === 'number') return whole([value_int], []);
    if (value_floats !== undefined) return float(value_floats as readonly number[]);
    return value_ints === undefined ? undefined : whole(value_ints as readonly number[]);
  },
  Identity: ([x]) => x,
  Cast: ([x]) => x,
  Reshape([x, shape], node) {
    const target = listOf(node, 'shape', shape);
    return target && sameNumbers(x, reshaped(x.shape, target, node.attributes.allowzero === 1));
  },
  Flatten([x], { attributes }) {
    const axis = (attributes.axis as number | undefined) ?? 1;
    const head = sizeOf(x.shape.slice(0, axis));
    return sameNumbers(x, [head, x.data.length / head]);
  },
  Transpose([x], { attributes }) {
    const order = (attributes.perm as readonly number[] | undefined) ?? x.shape.map((_, i) => i).reverse();
    return order.length === x.shape.length ? transposed(x, order) : undefined;
  },
  Unsqueeze([x, axes], node) {
    const given = listOf(node, 'axes', axes) ?? [];
    const rank = x.shape.length + given.length;
    const added = given.map((axis) => (axis < 0 ? axis + rank : axis));
    const rest = [...x.shape];
    return sameNumbers(
      x,
      Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 1))),
    );
  },
  Squeeze([x, axes], node) {
    const given = listOf(node, 'axes', axes)?.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
    return sameNumbers(
      x,
      x.shape.filter((n, axis) => !(given ? given.includes(axis) : n === 1)),
    );
  },
  // These three put together the shape that a reshape takes, from that of an image.
  Gather([x, places], { attributes }) {
    if (x.shape.length !== 1 || ((attributes.axis as number | undefined) ?? 0) !== 0) return undefined;
    const at = Array.from(places.data, (place) => (place < 0 ? place + x.data.length : place));
    return moved(x, places.shape, (i) => at[i]);
  },
  Slice([x, starts, ends, axes, steps]) {
    if (x.shape.length !== 1 || !starts || !ends || (axes && axes.data[0] !== 0)) return undefined;
    if (steps && steps.data[0] !== 1) return undefined;
    return whole(Array.from(x.data).slice(starts.data[0], ends.data[0]));
  },
  Concat: (inputs) =>
    inputs.every(({ shape }) => shape.length === 1 && shape[0] <= LONGEST_SHAPE)
      ? whole(inputs.flatMap(({ data }) => Array.from(data)))
      : undefined,
};

/**
 * The constants of a graph, which grow by what nodes make of them alone. A length that is not known, that of the batch, is
 * NaN in them.
 */
export class Constants {
  readonly #known: Map<string, OnnxTensor>;

  constructor(known: ReadonlyMap<string, OnnxTensor>) {
    this.#known = new Map(known);
  }

  get(name: string | undefined): OnnxTensor | undefined {
    return name === undefined ? undefined : this.#known.get(name);
  }

  set(name: string, tensor: OnnxTensor): void {
    this.#known.set(name, tensor);
  }

  /** @returns whether the node makes a constant, which is then known */
  fold(node: OnnxNode): boolean {
    const inputs = node.inputs.map((name) => this.#known.get(name));
    if (!Object.hasOwn(folds, node.op) || inputs.some((input) => input === undefined)) return false;
    const made = folds[node.op](inputs as OnnxTensor[], node);
    if (made === undefined) return false;
    this.#known.set(node.outputs[0], made);
    return true;
  }

  /** Keeps the shape of what goes through the network: [batch, …]. */
  shapeOf(node: OnnxNode, shape: readonly number[]): void {
    this.set(node.outputs[0], whole([Number.NaN, ...shape]));
  }
}
