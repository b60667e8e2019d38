import type { Op } from '../../../op.ts';
import type { GpuKernel } from '../../launch.ts';
import * as batches from './batches.ts';
import * as classes from './classes.ts';
import * as convolutions from './convolutions.ts';
import * as elementwise from './elementwise.ts';
import * as gathers from './gather.ts';
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
  ...pooling,
  ...resizing,
  ...reductions,
  ...classes,
  ...gathers,
  ...shapes,
  ...training,
  ...batches,
} satisfies Record<string, GpuKernel<never>>;

/** The kernel that an op names, or brings along. */
export const gpuKernelOf = <A extends object>({ gpu }: Op<A>): GpuKernel<A> =>
  typeof gpu === 'string' ? (gpuKernels[gpu] as GpuKernel<A>) : gpu;
