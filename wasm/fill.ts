import { arg } from './args';

/** y[i] = value, any 32 bits, from an offset on. Arguments: y, offset, length, elements of a part, value. */
export function fill(args: usize, part: i32, own: usize): void {
  const length = arg(args, 2);
  const piece = arg(args, 3);
  const value = i32x4.splat(arg(args, 4));
  const start = part * piece;
  const end = min(length, start + piece);
  const y = <usize>arg(args, 0) + (<usize>arg(args, 1) << 2);
  let i = start;
  for (; i + 4 <= end; i += 4) v128.store(y + (<usize>i << 2), value);
  for (; i < end; i++) v128.store_lane<u32>(y + (<usize>i << 2), value, 0);
}
