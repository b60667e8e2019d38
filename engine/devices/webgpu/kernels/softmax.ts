import shader from '../../../../shaders/softmax.wgsl';
import { resolveAxis, sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';

/** A thread for each row along the axis. */
const alongAxis =
  (entry: 'softmax' | 'logSoftmax'): GpuKernel<{ readonly axis: number }> =>
  ([{ shape }], _outputs, { axis }) => {
    const at = resolveAxis(entry, axis, shape.length);
    const inner = sizeOf(shape.slice(at + 1));
    const rows = sizeOf(shape.slice(0, at)) * inner;
    return [{ shader, entry, params: { rows, length: shape[at], inner }, grid: elementGrid(rows) }];
  };

export const softmax = alongAxis('softmax');
export const logSoftmax = alongAxis('logSoftmax');
