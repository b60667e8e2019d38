/** Probabilities, losses and labels. */

import type { CrossEntropyAttrs } from '../../../ops/crossEntropy.ts';
import { resolveAxis, sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import type { WasmKernel } from '../launch.ts';
import { cutRows, workOf } from '../parts.ts';

/** An exponential and what is around it, beside a sum of two floats. */
const WEIGHT = 8;

const softmaxAlong =
  (kernel: 'softmax' | 'logSoftmax'): WasmKernel<{ readonly axis: number }> =>
  ([{ shape }], _outputs, { axis }) => {
    const at = resolveAxis(kernel, axis, shape.length);
    const inner = sizeOf(shape.slice(at + 1));
    const rows = sizeOf(shape) === 0 ? 0 : sizeOf(shape.slice(0, at)) * inner;
    const { parts, piece } = cutRows(rows, shape[at], WEIGHT);
    return workOf({ kernel, parts, params: [rows, piece, shape[at], inner] });
  };

const crossEntropyOf =
  (kernel: 'crossEntropy' | 'crossEntropyGrad'): WasmKernel<CrossEntropyAttrs> =>
  ([x], _outputs, { labelSmoothing }) => {
    const [rows, classes] = x.shape;
    const { parts, piece } = cutRows(rows, classes, WEIGHT);
    const params = [rows, piece, classes, bitsOf(labelSmoothing)];
    return workOf({ kernel, parts, params, flops: 5 * rows * classes });
  };

export const softmax = softmaxAlong('softmax');
export const logSoftmax = softmaxAlong('logSoftmax');
export const crossEntropy = crossEntropyOf('crossEntropy');
export const crossEntropyGrad = crossEntropyOf('crossEntropyGrad');

export const oneHot: WasmKernel<{ readonly classes: number }> = ([labels], _outputs, { classes }) => {
  const [rows] = labels.shape;
  const { parts, piece } = cutRows(rows, classes);
  return workOf({ kernel: 'oneHot', parts, params: [rows, piece, classes] });
};

/** The label of places that do not count; null when all do. */
export interface Ignore {
  readonly ignore: number | null;
}

/** Parameters of both class kernels, for labels [rows, inner]. */
const classParams = (classes: number, inner: number, { ignore }: Ignore): number[] => [
  ...[classes, inner, ignore === null ? 0 : 1, (ignore ?? 0) >>> 0],
];

export const gatherClass: WasmKernel<Ignore> = ([x], _outputs, attrs) => {
  const [rows, classes, inner] = x.shape;
  const { parts, piece } = cutRows(rows, inner, 2);
  return workOf({
    kernel: 'gatherClass',
    parts,
    params: [rows, piece, ...classParams(classes, inner, attrs)],
  });
};

export const scatterClass: WasmKernel<Ignore & { readonly classes: number }> = ([g], _outputs, attrs) => {
  const [rows, inner] = g.shape;
  const { parts, piece } = cutRows(rows, attrs.classes * inner);
  const params = [rows, piece, ...classParams(attrs.classes, inner, attrs)];
  return workOf({ kernel: 'scatterClass', parts, params });
};
