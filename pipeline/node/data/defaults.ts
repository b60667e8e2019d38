/** What is taken where nobody says: apart from what loads data, so that help is there without it. */

/** Training pictures of each class that `synth` draws: four from each font. */
export const SYNTH_COUNT = 72;
