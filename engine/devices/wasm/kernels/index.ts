import type { Op } from '../../../op.ts';
import type { WasmKernel } from '../launch.ts';
import * as batches from './batches.ts';
import * as classes from './classes.ts';
import * as convolutions from './convolutions.ts';
import * as elementwise from './elementwise.ts';
import * as gathers from './gather.ts';
import * as normalisation from './normalisation.ts';
import * as pooling from './pooling.ts';
import * as products from './products.ts';
import * as reductions from './reductions.ts';
import * as shapes from './shapes.ts';
import * as training from './training.ts';

/** Every kernel of this device by the name that ops know it by; only the device imports it. */
export const wasmKernels = {
  ...elementwise.unary,
  ...elementwise.binary,
  ...products,
  ...convolutions,
  ...normalisation,
  ...pooling,
  ...reductions,
  ...classes,
  ...gathers,
  ...shapes,
  ...training,
  ...batches,
} satisfies Record<string, WasmKernel<never>>;

/** The kernel that an op names, or brings along; undefined where this device runs what `cpu` runs. */
export const wasmKernelOf = <A extends object>({ wasm }: Op<A>): WasmKernel<A> | undefined =>
  typeof wasm === 'string' ? (wasmKernels[wasm] as WasmKernel<A>) : wasm;
