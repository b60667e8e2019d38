import quotient from '../../../../shaders/quotient.wgsl';
import shader from '../../../../shaders/strided.wgsl';
import type { Launch } from '../../../op.ts';
import { eight, elementGrid } from '../../../op.ts';
import type { Shape } from '../../../shape.ts';
import { sizeOf } from '../../../shape.ts';
import type { Strided } from '../../indexSpaces.ts';

export function launchStrided(shape: Shape, { offset, strides }: Strided): Launch {
  const count = sizeOf(shape);
  const params = [count, shape.length, offset, 0, ...eight(shape), ...eight(strides)];
  return { shader: `${quotient}\n${shader}`, entry: 'main', params, grid: elementGrid(count) };
}
