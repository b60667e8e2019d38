import type { Conv2dAttrs } from '../../../ops/convolution.ts';
import { planeOf } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import { isWhole, paddedFrame } from '../../frames.ts';
import type { Spec, Work } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { contract } from './contraction.ts';
import type { Ending } from './contractionSpec.ts';
import { inFours } from './fours.ts';
import { framed } from './frame.ts';

/**
 * The launches of a convolution: rows are filters, columns are pixels of all images. With `pool` four columns are the
 * window of one pixel of y, whose place goes into a second output.
 *
 * @param at operands: x, w, the bias if there is one, y and the first scratch operand
 */
export function convolve(
  x: Spec,
  w: Spec,
  y: Spec,
  { stride, padding, dilation, groups }: Conv2dAttrs,
  { pool = false, ...end }: { bias: boolean; relu: boolean; pool?: boolean },
  output: readonly number[],
  traits: Traits,
): Work {
  const [n, channels] = x.shape;
  const [filters, depth, ...kernel] = w.shape;
  const frame = paddedFrame(planeOf(x.shape), { stride, padding, dilation });
  const isPadded = !isWhole(planeOf(x.shape), frame);
  // To lay out a few channels costs little beside the many that are made of them.
  const fours = (isPadded || 8 * channels <= filters) && inFours(n, filters / groups, pool, traits);
  const isFramed = isPadded || fours;
  const [frameHeight, frameWidth] = frame.size;
  const plane = frameHeight * frameWidth;
  const weights = depth * sizeOf(kernel);
  const pixels = planeOf(y.shape);
  const spacing = pool ? 2 : 1;
  const ending: Ending = {
    ...end,
    ...(pool && { pool: { width: output[1], down: stride[0] * frameWidth, right: stride[1] } }),
  };
  const yAt = end.bias ? 3 : 2;
  const first = yAt + (pool ? 2 : 1);
  const work = contract(
    {
      rows: filters / groups,
      columns: n * sizeOf(pixels) * spacing * spacing,
      sum: [depth, kernel[0], kernel[1]],
      columnAxes: pixels,
      batch: { shape: [groups], a: [(filters / groups) * weights], b: [depth * plane] },
      a: { row: weights, sum: [sizeOf(kernel), kernel[1], 1] },
      b: {
        columns: [channels * plane, spacing * stride[0] * frameWidth, spacing * stride[1]],
        sum: [plane, dilation[0] * frameWidth, dilation[1]],
      },
      y: {
        row: sizeOf(pixels),
        columns: [filters * sizeOf(pixels), pixels[1], 1],
        batch: (filters / groups) * sizeOf(pixels),
      },
      ...(fours && { images: n }),
      ...((end.bias || end.relu || pool) && { end: ending }),
    },
    {
      a: 1,
      b: isFramed ? first : 0,
      y: yAt,
      scratch: first + (isFramed ? 1 : 0),
      ...(end.bias && { bias: 2 }),
      ...(pool && { place: yAt + 1 }),
    },
    sizeOf(y.shape),
    traits,
  );
  return isFramed ? framed(work, { from: 0, to: first, images: x.shape, frame, fours }) : work;
}
