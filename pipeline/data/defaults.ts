/** The share of the images that is kept for testing where the source has no test part. */
export const TEST_SHARE = 0.2;
