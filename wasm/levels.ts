/** Bytes of the levels of one channel: a float for each value of a byte. */
export const LEVELS: usize = 256 * 4;
