/**
 * Numbers of the random streams that data takes, so that none falls together with another's: see `Random`.
 * The second stream number is the class in a split and the epoch in a shuffle.
 */
export const SPLIT_STREAM = 0x5911;
export const SHUFFLE_STREAM = 0x5912;
export const LIMIT_STREAM = 0x5913;
export const EXAMPLES_STREAM = 0x5920;
