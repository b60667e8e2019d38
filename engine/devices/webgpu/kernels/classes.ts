/** Probabilities, losses and labels. */

import crossEntropyShader from '../../../../shaders/crossEntropy.wgsl';
import crossEntropyGradShader from '../../../../shaders/crossEntropyGrad.wgsl';
import gatherShader from '../../../../shaders/gatherClass.wgsl';
import oneHotShader from '../../../../shaders/oneHot.wgsl';
import alone from '../../../../shaders/rowAlone.wgsl';
import few from '../../../../shaders/rowFew.wgsl';
import together from '../../../../shaders/rowTogether.wgsl';
import scatterShader from '../../../../shaders/scatterClass.wgsl';
import softmaxShader from '../../../../shaders/softmax.wgsl';
import type { CrossEntropyAttrs } from '../../../ops/crossEntropy.ts';
import { resolveAxis, sizeOf } from '../../../shape.ts';
import type { GpuKernel, Launch, Params } from '../../launch.ts';
import { elementGrid, gridOf, WORKGROUP } from '../../launch.ts';
import { expand } from './unroll.ts';

/** Items for a thread: with fewer it would wait at barriers for longer than it computes. */
const SHARE = 32;

/** Items of a row up to which there is no loop, in a shader of its own. */
const FEW = 16;

/** Rows apart from which on all of an adapter is busy with a thread for each, side by side with the next. */
const MANY = 1 << 14;

/** One number at a time, or four that lie side by side. */
const rowItems = {
  one: `const WIDTH = 1u;
alias Item = f32;
alias Bits = u32;
fn most(item: Item) -> f32 { return item; }
fn sumOf(item: Item) -> f32 { return item; }
fn numberAt(start: u32, i: u32) -> f32 { return x[start + i]; }
fn placesOf(item: u32) -> Bits { return item; }
`,
  four: `const WIDTH = 4u;
alias Item = vec4<f32>;
alias Bits = vec4<u32>;
fn most(item: Item) -> f32 { return larger(larger(item.x, item.y), larger(item.z, item.w)); }
fn sumOf(item: Item) -> f32 { return (item.x + item.y) + (item.z + item.w); }
fn numberAt(start: u32, i: u32) -> f32 { return x[start + (i >> 2u)][i & 3u]; }
fn placesOf(item: u32) -> Bits { return 4u * item + Bits(0u, 1u, 2u, 3u); }
`,
};

/** A shader that works on rows. */
interface RowShader extends Pick<Launch, 'shader' | 'entry'> {
  /** Whether it takes the sum of a row beside its maximum and exponentials. */
  readonly takesSum?: boolean;
  /** Parameters of its own. */
  readonly more?: Params;
}

/** Work on rows of so many numbers, `inner` apart: several threads for a long one. By the shape alone, and so are its bits. */
function launchRows(
  { shader, entry, takesSum = false, more = {} }: RowShader,
  rows: number,
  numbers: number,
  inner: number,
): Launch {
  const isFlat = inner === 1;
  // A tensor of none is too small a buffer for four.
  const item = isFlat && numbers % 4 === 0 && rows * numbers > 0 ? 'four' : 'one';
  const length = item === 'four' ? numbers / 4 : numbers;
  const shares = isFlat || rows < MANY ? Math.min(WORKGROUP, Math.max(1, length / SHARE)) : 1;
  const shift = Math.ceil(Math.log2(shares));
  const threads = 2 ** shift;
  const isFew = length > 0 && length <= FEW;
  const how = threads > 1 ? together : isFew ? few : alone;
  const constants = {
    ...(isFew && { FEW: length }),
    ...{ THREADS: threads, SHIFT: shift, FLAT: isFlat, TAKES_SUM: takesSum },
  };
  return {
    shader: expand(rowItems[item] + how + shader, constants),
    entry,
    params: { rows, length, inner, ...more },
    grid: gridOf(Math.ceil((rows * threads) / WORKGROUP)),
    flops: 5 * rows * numbers,
  };
}

const alongAxis =
  (entry: 'softmax' | 'logSoftmax'): GpuKernel<{ readonly axis: number }> =>
  ([{ shape }], _outputs, { axis }) => {
    const at = resolveAxis(entry, axis, shape.length);
    const inner = sizeOf(shape.slice(at + 1));
    const rows = sizeOf(shape.slice(0, at)) * inner;
    return [launchRows({ shader: softmaxShader, entry }, rows, shape[at], inner)];
  };

export const softmax = alongAxis('softmax');
export const logSoftmax = alongAxis('logSoftmax');

/** How much of a label is its own class, and how much goes to each class beside that. */
const sharesOf = (labelSmoothing: number, classes: number): Params => ({
  own: 1 - labelSmoothing,
  even: labelSmoothing / classes,
});

export const crossEntropy: GpuKernel<CrossEntropyAttrs> = ([{ shape }], _outputs, { labelSmoothing }) => {
  const [rows, classes] = shape;
  const row = { shader: crossEntropyShader, entry: 'main', more: sharesOf(labelSmoothing, classes) };
  return [launchRows({ ...row, takesSum: labelSmoothing > 0 }, rows, classes, 1)];
};

export const crossEntropyGrad: GpuKernel<CrossEntropyAttrs> = ([{ shape }], _outputs, { labelSmoothing }) => {
  const [rows, classes] = shape;
  const more = sharesOf(labelSmoothing, classes);
  return [launchRows({ shader: crossEntropyGradShader, entry: 'main', more }, rows, classes, 1)];
};

export const oneHot: GpuKernel<{ readonly classes: number }> = ([labels], _outputs, { classes }) => {
  const count = labels.shape[0] * classes;
  return [{ shader: oneHotShader, entry: 'main', params: { count, classes }, grid: elementGrid(count) }];
};

/** The label of places that do not count; null when all do. */
export interface Ignore {
  readonly ignore: number | null;
}

const classParams = (places: number, classes: number, inner: number, { ignore }: Ignore) => ({
  ...{ places, classes, inner },
  ...{ ignoring: ignore === null ? 0 : 1, ignored: ignore ?? 0 },
});

export const gatherClass: GpuKernel<Ignore> = ([x], [y], attrs) => {
  const count = sizeOf(y.shape);
  const params = classParams(count, x.shape[1], x.shape[2], attrs);
  return [{ shader: gatherShader, entry: 'main', params, grid: elementGrid(count) }];
};

export const scatterClass: GpuKernel<Ignore> = ([g], [y], attrs) => {
  const count = sizeOf(y.shape);
  const params = classParams(count, y.shape[1], g.shape[1], attrs);
  return [{ shader: scatterShader, entry: 'main', params, grid: elementGrid(count) }];
};
