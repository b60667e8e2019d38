/** How many blocks of `size` cover `length`. */
// @ts-ignore: decorator
@inline
export function ceilDiv(length: i32, size: i32): i32 {
  return (length + size - 1) / size;
}
