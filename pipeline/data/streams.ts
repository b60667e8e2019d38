/**
 * Numbers of the random streams that data takes, so that none falls together with another's: see `Random`.
 * The second stream number is the class in a split and the epoch in a shuffle and in an augmentation, whose counter goes on
 * with the place in the epoch.
 */
export const SPLIT_STREAM = 0x5911;
export const SHUFFLE_STREAM = 0x5912;
export const LIMIT_STREAM = 0x5913;
export const AUGMENT_STREAM = 0x5914;
/** The second stream number is the step. */
export const BLEND_STREAM = 0x5915;
export const EXAMPLES_STREAM = 0x5920;
/** The second stream number is 1 for the order in which a gate is taught. */
export const NON_CHARACTER_STREAM = 0x5940;
export const GATE_STREAM = 0x5941;

export const HANDS_STREAM = 0x5942;
export const TRIALS_STREAM = 0x5950;

/** The second stream number is the number of the synthetic picture. */
export const SYNTH_TRAIN_STREAM = 0x5930;
export const SYNTH_TEST_STREAM = 0x5931;
