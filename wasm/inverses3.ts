// How many of three taps in a row count in a mean, as a factor. A thread's memory begins with zeros, what a vector is kept in, and
// the inverses of 0, for which there is no use, to 3.

export const ZEROS: usize = 48;
export const INVERSES: usize = ZEROS + 16;

export function layInverses(own: usize): void {
  memory.fill(own, 0, ZEROS);
  for (let count = 1; count <= 3; count++) store<f64>(own + INVERSES + (<usize>count << 3), 1 / <f64>count);
}

/** Where the factor of the taps from `start` on stands. */
// @ts-ignore: decorator
@inline
export function inverse(own: usize, start: i32, length: i32, paddingAfter: i32, countsPadding: i32): usize {
  const end = min(start + 3, length + (countsPadding ? paddingAfter : 0));
  const count = end - (countsPadding ? start : max(0, start));
  return own + INVERSES + (<usize>count << 3);
}
