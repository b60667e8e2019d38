/** The order in which maxima are found: a NaN is larger than every number, as in PyTorch, and of two the first stays. */
export const isLarger = (value: number, best: number): boolean =>
  value > best || (Number.isNaN(value) && !Number.isNaN(best));
