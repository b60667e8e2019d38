import {
  differenceErrors,
  forwardErrors,
  gradientErrors,
  isDifferentiable,
  isSmall,
  secondErrors,
  tolerances,
} from '../../../engine/check/gradcheck.ts';
import { sampleValues } from '../../../engine/check/samples.ts';
import type { Device } from '../../../engine/device.ts';
import type { ListedOp, Sample } from '../../../engine/op.ts';

/** What the samples of one op came to: the largest error of each kind, null where there was nothing to compare. */
export interface OpReport {
  readonly op: string;
  readonly cases: number;
  readonly forward: number | null;
  readonly gradient: number | null;
  /** Of first and second derivatives in float64. */
  readonly differences: number | null;
  readonly passed: boolean;
}

/** Checks all samples of an op on a device. */
export async function checkOp(op: ListedOp, device: Device, reference: Device): Promise<OpReport> {
  const found: Record<'forward' | 'gradient' | 'differences', number[]> = {
    forward: [],
    gradient: [],
    differences: [],
  };
  for (const [i, { inputs, attrs }] of (op.samples as readonly Sample<object>[]).entries()) {
    const values = sampleValues({ inputs, attrs }, 1000 + i);
    found.forward.push(...(await forwardErrors(device, reference, op, values, attrs)));
    if (!isDifferentiable(op, values)) continue;
    found.gradient.push(...(await gradientErrors(device, reference, op, values, attrs)));
    if (!isSmall(values)) continue;
    found.differences.push(...(await differenceErrors(reference, op, values, attrs)));
    found.differences.push(...(await secondErrors(reference, op, values, attrs)));
  }
  const largest = (errors: readonly number[]) => (errors.length === 0 ? null : Math.max(...errors));
  const [forwardError, gradient, difference] = [found.forward, found.gradient, found.differences].map(
    largest,
  );
  const passed =
    (forwardError ?? 0) <= tolerances.forward(op) &&
    (gradient ?? 0) <= tolerances.gradient &&
    (difference ?? 0) <= tolerances.differences;
  return {
    op: op.name,
    cases: op.samples.length,
    forward: forwardError,
    gradient,
    differences: difference,
    passed,
  };
}
