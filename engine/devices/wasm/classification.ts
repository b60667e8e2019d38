import type { NoAttrs } from '../../op.ts';
import type { ClassAttrs } from '../../ops/gatherClass.ts';
import type { OneHotAttrs } from '../../ops/oneHot.ts';
import type { ScatterAttrs } from '../../ops/scatterClass.ts';
import type { SoftmaxAttrs } from '../../ops/softmax.ts';
import { resolveAxis, sizeOf } from '../../shape.ts';
import type { Override } from './launch.ts';
import { cutRows, workOf } from './parts.ts';

/** An exponential and what is around it in double precision, beside a sum of two floats. */
const WEIGHT = 32;

const softmaxAlong =
  (kernel: 'softmax' | 'logSoftmax'): Override<SoftmaxAttrs> =>
  ([{ shape }], _outputs, { axis }) => {
    const at = resolveAxis(kernel, axis, shape.length);
    const inner = sizeOf(shape.slice(at + 1));
    const rows = sizeOf(shape) === 0 ? 0 : sizeOf(shape.slice(0, at)) * inner;
    const { parts, piece } = cutRows(rows, shape[at], WEIGHT);
    return workOf({ kernel, parts, params: [rows, piece, shape[at], inner] });
  };

const crossEntropyOf =
  (kernel: 'crossEntropy' | 'crossEntropyGrad'): Override<NoAttrs> =>
  ([x]) => {
    const [rows, classes] = x.shape;
    const { parts, piece } = cutRows(rows, classes, WEIGHT);
    return workOf({ kernel, parts, params: [rows, piece, classes], flops: 5 * rows * classes });
  };

const oneHot: Override<OneHotAttrs> = ([labels], _outputs, { classes }) => {
  const [rows] = labels.shape;
  const { parts, piece } = cutRows(rows, classes);
  return workOf({ kernel: 'oneHot', parts, params: [rows, piece, classes] });
};

/** Parameters of both class kernels, for labels [rows, inner]. */
const classParams = (classes: number, inner: number, { ignore }: ClassAttrs): number[] => [
  ...[classes, inner, ignore === null ? 0 : 1, (ignore ?? 0) >>> 0],
];

const gatherClass: Override<ClassAttrs> = ([x], _outputs, attrs) => {
  const [rows, classes, inner] = x.shape;
  const { parts, piece } = cutRows(rows, inner, 2);
  return workOf({
    kernel: 'gatherClass',
    parts,
    params: [rows, piece, ...classParams(classes, inner, attrs)],
  });
};

const scatterClass: Override<ScatterAttrs> = ([g], _outputs, attrs) => {
  const [rows, inner] = g.shape;
  const { parts, piece } = cutRows(rows, attrs.classes * inner);
  const params = [rows, piece, ...classParams(attrs.classes, inner, attrs)];
  return workOf({ kernel: 'scatterClass', parts, params });
};

/** Probabilities, losses and labels. */
export const classification = {
  softmax: softmaxAlong('softmax'),
  logSoftmax: softmaxAlong('logSoftmax'),
  crossEntropy: crossEntropyOf('crossEntropy'),
  crossEntropyGrad: crossEntropyOf('crossEntropyGrad'),
  oneHot,
  gatherClass,
  scatterClass,
};
