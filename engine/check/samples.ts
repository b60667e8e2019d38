import type { Device } from '../device.ts';
import type { Spec } from '../devices/launch.ts';
import type { TypedArray } from '../dtype.ts';
import type { Sample, SampleInput } from '../op.ts';
import { Random } from '../random.ts';
import type { Shape } from '../shape.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';

/** The numbers of one input, before they are put on a device. */
export interface Values {
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** A sample input's shape, and the words for its values. */
function parsed(input: SampleInput): { shape: Shape; kind: string; limit: string } {
  const [numbers, kind = 'spread', limit = ''] =
    typeof input === 'string' ? input.split(' ') : [input.join()];
  return { shape: numbers === '' ? [] : numbers.split(',').map(Number), kind, limit };
}

/** Shape and type of a sample input. */
export function specOf(input: SampleInput): Spec {
  const { shape, kind } = parsed(input);
  return { shape, dtype: kind === 'below' || kind === 'words' ? 'int32' : 'float32' };
}

/** The numbers of all inputs of a sample; the seed makes them the same in each run. */
export function sampleValues(sample: Sample<object>, seed: number): Values[] {
  const random = new Random(seed);
  return sample.inputs.map((input) => valuesOf(input, random));
}

/**
 * The numbers of a sample input. Spread values lie on a shuffled grid, a third of a step off 0, so that no two
 * are equal and none is near 0: maxima are unique and kinks far away, as central differences need. They are
 * rounded to float32, so that all devices start from the same numbers.
 */
export function valuesOf(input: SampleInput, random: Random): Values {
  const { shape, kind, limit } = parsed(input);
  const count = sizeOf(shape);
  if (kind === 'below') {
    return { shape, data: Int32Array.from({ length: count }, () => random.integer(Number(limit))) };
  }
  if (kind === 'words') return { shape, data: Int32Array.from({ length: count }, () => random.word() | 0) };
  const order = random.permutation(count);
  const unit = (i: number) => (order[i] + 0.5) / count;
  const scales: Record<string, (u: number) => number> = {
    spread: (u) => 4 * u - 2 + 4 / (3 * count),
    positive: (u) => 2 * u,
    large: (u) => 1e4 + 4 * u,
    unit: (u) => u,
  };
  const map = scales[kind];
  return { shape, data: Float64Array.from({ length: count }, (_, i) => Math.fround(map(unit(i)))) };
}

export const onDevice = (device: Device, { shape, data }: Values): Tensor => Tensor.from(device, data, shape);

/** max |a − b| over max |b|: the error in the norm of the largest element. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return Infinity;
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
  }
  for (let i = 0; i < b.length; i++) if (Number.isFinite(b[i])) size = Math.max(size, Math.abs(b[i]));
  return difference === 0 ? 0 : difference / Math.max(size, 1e-30);
}
