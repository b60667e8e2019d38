/**
 * Columns of an outer tile. The build `wide` has 16: where V8 joins neighbouring vectors in pairs, eight AVX registers hold its
 * sums, as many as a processor needs that adds within three or four cycles; apart they would be too many for sixteen registers.
 */
export const COLUMNS: i32 = 8;
