// Four windows of 3×3 that are read where they lie: depthwise layers and pooling.
import { arg } from './args';

/**
 * Whether windows can be read in this way: of 3×3, with the same stride of 1 or 2 both ways, and no more than one row or column
 * beside the image. From argument `first` on: height and width of the image, of the output and of the window, and the stride.
 */
export function is3x3(args: usize, first: i32, dilation: i32, before: i32): bool {
  const stride = arg(args, first + 6);
  return stride <= 2 && fits(args, first, stride, dilation, before) && fits(args, first + 1, stride, dilation + 1, before + 1);
}

/** The same along one axis. */
// @ts-ignore: decorator
@inline
function fits(args: usize, first: i32, stride: i32, dilation: i32, before: i32): bool {
  const padding = arg(args, before);
  const beyond = (arg(args, first + 2) - 1) * stride + 3 - padding - arg(args, first);
  return arg(args, first + 4) == 3 && arg(args, first + 6) == stride && arg(args, dilation) == 1 && padding <= 1 && beyond <= 1;
}

// The stride is the size of a type S: a parameter of two calls in the branches of a condition Binaryen would make a variable of one.

/** Column `tap` of four windows that begin at x, next to each other or two columns apart. */
// @ts-ignore: decorator
@inline
export function tapOf<S>(x: usize, tap: usize): v128 {
  const at = x + (tap << 2);
  if (sizeof<S>() == 1) return v128.load(at);
  // The same two vectors as of the first column.
  if (tap == 1) return v128.shuffle<f32>(v128.load(x), v128.load(x, 16), 1, 3, 5, 7);
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6);
}

/** Lanes from `begin` up to, not including, `end`. */
// @ts-ignore: decorator
@inline
export function lanes(begin: i32, end: i32): v128 {
  const all = i32x4(0, 1, 2, 3);
  return v128.and(i32x4.ge_s(all, i32x4.splat(begin)), i32x4.lt_s(all, i32x4.splat(end)));
}

/** A vector by way of memory: V8 would make what it is computed of again in each round of the loop that takes it. */
// @ts-ignore: decorator
@inline
export function kept(v: v128, own: usize): v128 {
  v128.store(own, v);
  return v128.load(own);
}
