/** Convolutions whose groups have one channel each, and few filters: sums of a few taps, without tiles. */
import shader from '../../../../shaders/depthwise.wgsl';
import type { Conv2dAttrs } from '../../../ops/convolution.ts';
import { planeOf } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { Launch, Spec } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';

/** With more filters for each channel a tile of a contraction has rows enough. */
const FEW = 4;
/** Products that are summed one after the other; of more the rounding would show. */
const MOST = 256;

/** Whether a convolution with filters w is of this kind. */
export function isDepthwise(w: Spec, groups: number): boolean {
  const [filters, depth] = w.shape;
  const perChannel = filters / groups;
  return groups > 1 && depth === 1 && perChannel <= FEW && perChannel * sizeOf(planeOf(w.shape)) <= MOST;
}

/** The shader for one way: a gradient has no bias. */
const shaderFor = (isGradient: boolean, bias: boolean): string =>
  `const GRADIENT = ${isGradient};\nconst BIAS = ${bias};\n${shader}`;

/** One thread for each element of `to`, from operands: what is seen, w, and a bias (w again without one). */
export function depthwise(
  from: Spec,
  w: Spec,
  to: Spec,
  { stride, padding, dilation, groups }: Conv2dAttrs,
  { isGradient, bias }: { readonly isGradient: boolean; readonly bias: boolean },
): Launch[] {
  const [height, width] = planeOf(from.shape);
  const [outHeight, outWidth] = planeOf(to.shape);
  const [kernelHeight, kernelWidth] = planeOf(w.shape);
  const count = sizeOf(to.shape);
  if (count === 0) return [];
  return [
    {
      shader: shaderFor(isGradient, bias),
      entry: 'main',
      params: {
        ...{
          count,
          filters: w.shape[0],
          perChannel: w.shape[0] / groups,
          height,
          width,
          outHeight,
          outWidth,
        },
        ...{ kernelHeight, kernelWidth, strideY: stride[0], strideX: stride[1] },
        ...{ top: padding[0], left: padding[1], dilationY: dilation[0], dilationX: dilation[1] },
      },
      grid: elementGrid(count),
      reads: [0, 1, bias ? 2 : 1],
      writes: [bias ? 3 : 2],
      flops: 2 * sizeOf(isGradient ? from.shape : to.shape) * kernelHeight * kernelWidth,
      note: 'depthwise',
    },
  ];
}
