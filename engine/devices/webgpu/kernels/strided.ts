import quotient from '../../../../shaders/quotient.wgsl';
import shader from '../../../../shaders/strided.wgsl';
import type { Shape } from '../../../shape.ts';
import { sizeOf } from '../../../shape.ts';
import type { Strided } from '../../indexSpaces.ts';
import type { Launch } from '../../launch.ts';
import { eight, elementGrid } from '../../launch.ts';

export function launchStrided(shape: Shape, { offset, strides }: Strided): Launch {
  const count = sizeOf(shape);
  const params = [count, shape.length, offset, 0, ...eight(shape), ...eight(strides)];
  return { shader: `${quotient}\n${shader}`, entry: 'main', params, grid: elementGrid(count) };
}
