// What Winograd's transforms are for: they mix all numbers of a tile, and with them NaN, infinities, and the rounding of what is
// large.

/**
 * The largest product of two factors that is transformed, and the largest number in a filter, which meets all numbers of a
 * tile: results that do not see them get less than 1e-3 of their rounding.
 */
const LARGEST: f32 = 256;
const LARGEST_IN_FILTER: f32 = 64;

/** Whether factors of up to these magnitudes, given as bits, are too large, or one is NaN. Below 1 they count as 1. */
export function areLarge(a: i32, b: i32): bool {
  return !(max<f32>(1, reinterpret<f32>(a)) * max<f32>(1, reinterpret<f32>(b)) <= LARGEST);
}

/** The same of numbers and filters that they meet. */
export function areLargeFor(numbers: i32, filters: i32): bool {
  return areLarge(numbers, filters) || !(reinterpret<f32>(filters) <= LARGEST_IN_FILTER);
}
