/** Whether this is the build `wide`, for V8 that joins neighbouring vectors in pairs: scripts/kernels.mjs makes it true there. */
export const IS_WIDE: bool = false;

/**
 * Columns of an outer tile: eight vectors of sums, or eight pairs of them, as many as a processor needs that adds within three
 * or four cycles. Sixteen vectors apart would be too many for sixteen registers.
 */
export const COLUMNS: i32 = IS_WIDE ? 16 : 8;

/** Bytes of a pixel where Winograd's transforms are at work: four channels, or eight in neighbouring vectors. */
export const PIXEL: usize = IS_WIDE ? 32 : 16;
