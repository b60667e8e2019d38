// What a thread can do at best, for benchmarks: multiply-adds in registers, and a copy.
import { arg } from './args';
import { madd } from './simd';

/**
 * Thirteen chains v = v·a + b of four floats each, which a processor need not wait for in turn, and registers for a, b and one more. Each part stores the sum of its chains,
 * four floats. Arguments: [a, b], y, rounds of one part.
 */
export function multiplyAdd(args: usize, part: i32, own: usize): void {
  const a = v128.load32_splat(<usize>arg(args, 0));
  const b = v128.load32_splat(<usize>arg(args, 0) + 4);
  const rounds = arg(args, 2);
  let v0 = f32x4.splat(0.1), v1 = f32x4.splat(0.2), v2 = f32x4.splat(0.3), v3 = f32x4.splat(0.4), v4 = f32x4.splat(0.5);
  let v5 = f32x4.splat(0.6), v6 = f32x4.splat(0.7), w0 = f32x4.splat(1.1), w1 = f32x4.splat(1.2), w2 = f32x4.splat(1.3);
  let w3 = f32x4.splat(1.4), w4 = f32x4.splat(1.5), w5 = f32x4.splat(1.6);
  for (let i = 0; i < rounds; i++) {
    v0 = madd(v0, a, b);
    v1 = madd(v1, a, b);
    v2 = madd(v2, a, b);
    v3 = madd(v3, a, b);
    v4 = madd(v4, a, b);
    v5 = madd(v5, a, b);
    v6 = madd(v6, a, b);
    w0 = madd(w0, a, b);
    w1 = madd(w1, a, b);
    w2 = madd(w2, a, b);
    w3 = madd(w3, a, b);
    w4 = madd(w4, a, b);
    w5 = madd(w5, a, b);
  }
  const v = f32x4.add(f32x4.add(f32x4.add(v0, v1), f32x4.add(v2, v3)), f32x4.add(f32x4.add(v4, v5), v6));
  const w = f32x4.add(f32x4.add(f32x4.add(w0, w1), f32x4.add(w2, w3)), f32x4.add(w4, w5));
  v128.store(<usize>arg(args, 1) + (<usize>part << 4), f32x4.add(v, w));
}

/** y[i] = x[i]. Arguments: x, y, length, elements of one part. */
export function copy(args: usize, part: i32, own: usize): void {
  const piece = arg(args, 3);
  const start = part * piece;
  const count = min(arg(args, 2) - start, piece);
  memory.copy(<usize>arg(args, 1) + (<usize>start << 2), <usize>arg(args, 0) + (<usize>start << 2), <usize>count << 2);
}
