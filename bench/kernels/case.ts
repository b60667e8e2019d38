import type { Device, Operand } from '../../engine/device.ts';
import type { Launch, Spec } from '../../engine/devices/launch.ts';
import { gpuKernelOf } from '../../engine/devices/webgpu/kernels/index.ts';
import type { Traits } from '../../engine/devices/webgpu/traits.ts';
import type { Op } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { Fill } from './fill.ts';
import { floats } from './fill.ts';

/** One kernel on one set of shapes. */
export interface Case {
  /** Unique, such as `lenet 64 conv1 forward`. */
  readonly name: string;
  /** What stands together in a report, such as `lenet, batch 64`. */
  readonly group: string;
  /** The name of the op: what one of its cases took tells of the others. */
  readonly kernel: string;
  readonly inputs: readonly FilledSpec[];
  readonly outputs: readonly Spec[];
  /**
   * Floating-point operations; a multiply and an add are two, and those on padding count. Of a fused kernel those of
   * the product count, and what is done to its results does not.
   */
  readonly flops: number;
  /** The bytes that no kernel can do without: each input read once, each output written once. */
  readonly bytes: number;
  run(device: Device, inputs: readonly Operand[], outputs: readonly Operand[]): void;
  /** What WebGPU would launch on an adapter with these traits. */
  launches(traits: Traits): readonly Launch[];
}

export interface FilledSpec extends Spec {
  readonly fill: Fill;
}

/** What a case is called, and what it costs. */
export type About = Pick<Case, 'name' | 'group' | 'flops'>;

/** A case of an op; an input that is only a shape has floats. */
export function caseOf<A extends object>(
  about: About,
  op: Op<A>,
  inputs: readonly (Shape | FilledSpec)[],
  attrs: A,
): Case {
  const given = inputs.map((input) =>
    'shape' in input ? input : ({ shape: input, dtype: 'float32', fill: floats } as const),
  );
  const outputs = op.infer(given, attrs);
  return {
    ...about,
    kernel: op.name,
    inputs: given,
    outputs,
    bytes: 4 * [...given, ...outputs].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    run: (device, from, to) => device.run(op, from, to, attrs),
    launches: (traits) => {
      const work = gpuKernelOf(op)(given, outputs, attrs, traits);
      return 'launches' in work ? work.launches : work;
    },
  };
}

/** m×n numbers, each the sum of k products; ᵀ marks the factor that lies transposed in memory. */
export function product(
  about: Omit<About, 'flops'>,
  [m, n, k]: readonly [number, number, number],
  form: 'A·B' | 'A·Bᵀ' | 'Aᵀ·B',
): Case {
  const attrs = { transposeA: form === 'Aᵀ·B', transposeB: form === 'A·Bᵀ' };
  const a = attrs.transposeA ? [k, m] : [m, k];
  const b = attrs.transposeB ? [n, k] : [k, n];
  return caseOf({ ...about, flops: 2 * m * n * k }, ops.matmul, [a, b], attrs);
}
