import { arg, floatArg } from './args';

/** Floats of one part. */
const PART = 16384;

/** y[i] = value. Arguments: y, length, value. */
export function fill(args: usize, part: i32, own: usize): void {
  const length = arg(args, 1);
  const value = floatArg(args, 2);
  const end = min(length, (part + 1) * PART);
  const y = <usize>arg(args, 0);
  for (let i = part * PART; i < end; i++) store<f32>(y + (<usize>i << 2), value);
}
