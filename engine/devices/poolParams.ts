import type { PoolAttrs } from '../ops/pooling.ts';
import type { Shape } from '../shape.ts';

/**
 * What pooling kernels are launched with, for an image x and its pooled y: the fields of shaders/poolFields.wgsl, in the
 * order in which wasm/pool.ts reads them.
 */
export function poolParams(x: Shape, y: Shape, { kernel, stride, padding, dilation }: PoolAttrs) {
  return {
    planes: x[0] * x[1],
    height: x[2],
    width: x[3],
    outHeight: y[2],
    outWidth: y[3],
    kernelHeight: kernel[0],
    kernelWidth: kernel[1],
    strideY: stride[0],
    strideX: stride[1],
    top: padding[0],
    left: padding[1],
    dilationY: dilation[0],
    dilationX: dilation[1],
  };
}
