// y[i] = f(x[i], a, b): the functions of one tensor. Arguments: x, y, length, floats of one part, a, b.
// The functions f and their kernels, made of the rows of engine/ops/unary.ts, are appended by scripts/kernels.mjs.
import { arg, floatArg } from './args';
import { erf4, exp4, expm4, log4, normal4, pow4, softplus4, tanh4 } from './exponential';
import { madd, oneWhere, sign4, storeFirst } from './simd';
import { cos4, sin4 } from './sine';

/**
 * The loop of them all. A function comes as the method `f` of a class without content: a method of an object
 * that is nowhere is called directly, and so becomes part of the loop, which a function in a table would not.
 */
// @ts-ignore: decorator
@inline
function map<F>(args: usize, part: i32, own: usize): void {
  const length = arg(args, 2);
  const piece = arg(args, 3);
  const a = f32x4.splat(floatArg(args, 4));
  const b = f32x4.splat(floatArg(args, 5));
  const start = part * piece;
  const count = min(length - start, piece);
  const skip = <usize>start << 2;
  const x = <usize>arg(args, 0) + skip;
  const y = <usize>arg(args, 1) + skip;
  const rest = count & 3;
  const end = <usize>(count - rest) << 2;
  const f = changetype<F>(0);
  for (let at: usize = 0; at < end; at += 16) v128.store(y + at, f.f(v128.load(x + at), a, b));
  // Past the end may be read, but not written.
  if (rest) storeFirst(y + end, f.f(v128.load(x + end), a, b), rest);
}
