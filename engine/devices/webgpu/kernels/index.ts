import { InkgradError } from '../../../errors.ts';
import type { Op } from '../../../op.ts';
import type { GpuKernel } from '../../launch.ts';
import * as batches from './batches.ts';
import * as classes from './classes.ts';
import * as convolutions from './convolutions.ts';
import * as elementwise from './elementwise.ts';
import * as gathers from './gather.ts';
import * as normalisation from './normalisation.ts';
import * as pooling from './pooling.ts';
import * as products from './products.ts';
import * as reductions from './reductions.ts';
import * as resizing from './resizing.ts';
import * as shapes from './shapes.ts';
import * as training from './training.ts';

/** Every kernel of this device by the name that ops know it by. Shaders come with it, so only the device imports it. */
export const gpuKernels = {
  ...elementwise.unary,
  ...elementwise.binary,
  ...products,
  ...convolutions,
  ...normalisation,
  ...pooling,
  ...resizing,
  ...reductions,
  ...classes,
  ...gathers,
  ...shapes,
  ...training,
  ...batches,
} satisfies Record<string, GpuKernel<never>>;

/**
 * The kernel that an op names, or brings along.
 *
 * @throws InkgradError for an op from outside that has none
 */
export function gpuKernelOf<A extends object>({ name, gpu }: Op<A>): GpuKernel<A> {
  const kernel = typeof gpu === 'string' ? gpuKernels[gpu] : gpu;
  if (kernel === undefined)
    throw new InkgradError(
      `webgpu: ${name} has no kernel here; give it one as \`gpu\`, or use the device cpu`,
    );
  return kernel as GpuKernel<A>;
}
