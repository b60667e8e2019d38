// What every kernel gets: the address of its arguments, which part of the work to make, and memory of its thread's own.
// Arguments are 32-bit words: the addresses of what is read, then of what is written, then the launch's parameters.

/** Argument i as a whole number, or as an address. */
// @ts-ignore: decorator
@inline
export function arg(args: usize, i: i32): i32 {
  return load<i32>(args + (<usize>i << 2));
}

/** Argument i as a float. */
// @ts-ignore: decorator
@inline
export function floatArg(args: usize, i: i32): f32 {
  return load<f32>(args + (<usize>i << 2));
}
