// Tensors as [k₀,r₀,k₁,r₁], of which r₀ and r₁ are reduced: where an output's numbers begin.

/** The first number of an output. */
// @ts-ignore: decorator
@inline
export function atOutput(x: usize, output: i32, length: i32, kept: i32, width: i32): usize {
  // A division takes as long as several numbers, and there is no second kept axis in most cases.
  const plane = kept == 1 ? output : output / kept;
  return x + (<usize>((plane * length * kept + output - plane * kept) * width) << 2);
}

/** One number of each of four outputs. */
// @ts-ignore: decorator
@inline
export function fourAt(a: usize, b: usize, c: usize, d: usize): v128 {
  let four = v128.load32_zero(a);
  four = v128.load_lane<u32>(b, four, 1);
  four = v128.load_lane<u32>(c, four, 2);
  return v128.load_lane<u32>(d, four, 3);
}
