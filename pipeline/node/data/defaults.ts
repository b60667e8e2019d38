/** What is taken where nobody says: apart from what loads data, so that help is there without it. */

/** The share of the images that is kept for testing where the source has no test part. */
export const TEST_SHARE = 0.2;

/** Training pictures of each class that `synth` draws: four from each font. */
export const SYNTH_COUNT = 72;
