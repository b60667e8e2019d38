import { arg } from './args';

/** y[offset + i] = x[i], and zeros up to the next tensor. Arguments: x, y, offset, length, length with the zeros, elements of one part. */
export function pack(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 1) + (<usize>arg(args, 2) << 2);
  const piece = arg(args, 5);
  const start = part * piece;
  const copied = min(arg(args, 3), start + piece);
  const end = min(arg(args, 4), start + piece);
  if (copied > start) memory.copy(y + (start << 2), x + (start << 2), (copied - start) << 2);
  const from = max(start, copied);
  if (end > from) memory.fill(y + (from << 2), 0, (end - from) << 2);
}
