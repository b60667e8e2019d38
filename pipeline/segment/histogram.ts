/** The bin in which the median lies, the lower of two. */
export function medianBin(histogram: Uint32Array): number {
  const half = histogram.reduce((sum, count) => sum + count, 0) / 2;
  let below = 0;
  return histogram.findIndex((count) => {
    below += count;
    return below >= half;
  });
}
