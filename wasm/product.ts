// Matrix products, y[m,n] = Σₖ a[m,k]·b[k,n], for every transposition and for batches. Where both factors have k as
// their last axis, and one of them is short or there is a bias, inner tiles read them as they lie (innerProduct); else outer
// tiles read blocks that each part packs for itself (outerProduct), without a bias.
//
// A part is a block of rows and one of columns, a piece of the sum, and a product of the batch, counted in this order
// from the columns on. Sums of pieces lie one after another, each with the whole batch, until addPieces adds them.
import { arg } from './args';

/** Where the arguments stand; before them a, b, the bias (anything without one) and y. */
export const enum Product {
  m = 4,
  n,
  k,
  /** Floats from a row of a to the next, and from a step. */
  aRow,
  aStep,
  bStep,
  bColumn,
  /** Below it a result becomes it: 0 for relu, −∞ for none. */
  floor,
  /** Whether there is a bias, one for each column. */
  biased,
  /** Rows and columns of a block, and the length of a piece of the sum. */
  blockM,
  blockN,
  piece,
  /** Products of the batch, and its axes: lengths, strides in a, strides in b. */
  batch,
  rank,
  axes,
}

/** Steps summed at once: 8 columns of an outer tile then take 16 KiB of the L1 cache, 6 rows of an inner one 12. */
export const CHUNK = 512;

/** Where product `index` of the batch begins in a factor, in floats; `which` is 1 for a and 2 for b. */
export function batchStart(args: usize, index: i32, which: i32): i32 {
  const rank = arg(args, Product.rank);
  let at = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const length = arg(args, Product.axes + axis);
    at += (index % length) * arg(args, Product.axes + which * rank + axis);
    index /= length;
  }
  return at;
}

/** Where the results of a piece of a product begin. */
// @ts-ignore: decorator
@inline
export function sumsStart(args: usize, piece: i32, index: i32): usize {
  const products = piece * arg(args, Product.batch) + index;
  return <usize>arg(args, 3) + ((<usize>products * arg(args, Product.m) * arg(args, Product.n)) << 2);
}
