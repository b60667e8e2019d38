/** The gradient of the input of a depthwise layer with windows of 3×3, two apart: planes where they lie (wasm/depthwiseGrad.ts). */
import { sameShape, sizeOf } from '../../../shape.ts';
import type { WasmWork } from '../launch.ts';
import { cutRows, workOf } from '../parts.ts';
import type { Geometry } from './convGeometry.ts';

/** Fewer planes would leave threads without any: phases cut them into bands. */
const FEWEST = 8;

/** Whether a forward convolution is such a layer, with pixels enough in a row for four windows. */
export const isHalving = ({
  images,
  groups,
  depth,
  rows,
  source,
  kernel,
  stride,
  dilation,
  before,
}: Geometry) =>
  depth === 1 &&
  rows === 1 &&
  sameShape(kernel, [3, 3]) &&
  sameShape(stride, [2, 2]) &&
  sameShape(dilation, [1, 1]) &&
  before.every((n) => n <= 1) &&
  source[1] + before[1] >= 7 &&
  images * groups >= FEWEST;

/** dx from g and w, operands 0 and 1 of 2. */
export function halvingInputGrad({ images, groups, source, output, before }: Geometry): WasmWork {
  const planes = images * groups;
  const { parts, piece } = cutRows(planes, sizeOf(source), 2);
  return workOf({
    kernel: 'depthwiseInputGrad',
    parts,
    params: [planes, piece, groups, ...source, ...output, ...before],
    ownBytes: 64,
    flops: 18 * planes * sizeOf(output),
  });
}
