// Matrix products, y[m,n] = Σₖ a[m,k]·b[k,n], for every transposition and for batches. Where both factors have k as
// their last axis inner tiles read them as they lie; else outer tiles read blocks that each part packs for itself,
// blocked as in Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
//
// A part is a block of rows and one of columns, a piece of the sum, and a product of the batch.
import { arg, floatArg } from './args';
import { addCorner, copyCorner } from './corner';
import { packBlock, packColumns } from './packBlock';
import { panelBytes } from './panels';
import { COLUMNS, DOT_COLUMNS, DOT_ROWS, ROWS, innerTile, outerTile } from './tile';

/** Where the arguments stand; before them a, b, the bias (anything without one) and y. */
const enum Product {
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

/** Steps that are summed at once: of outer tiles 8 columns then take 16 KiB of the L1 cache, of inner ones 6 rows 12. */
const CHUNK = 512;

/** Where product `index` of the batch begins in a factor, in floats; `which` is 1 for a and 2 for b. */
function batchStart(args: usize, index: i32, which: i32): i32 {
  const rank = arg(args, Product.rank);
  let at = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const length = arg(args, Product.axes + axis);
    at += (index % length) * arg(args, Product.axes + which * rank + axis);
    index /= length;
  }
  return at;
}

/** Sums of pieces lie one after another, each with the whole batch. */
// @ts-ignore: decorator
@inline
function sumsStart(args: usize, piece: i32, index: i32): usize {
  const products = piece * arg(args, Product.batch) + index;
  return <usize>arg(args, 3) + ((<usize>products * arg(args, Product.m) * arg(args, Product.n)) << 2);
}

/** The product of factors whose last axes are both k. The thread's memory holds a tile. */
export function innerProduct(args: usize, part: i32, own: usize): void {
  const n = arg(args, Product.n);
  const blocksN = (n + arg(args, Product.blockN) - 1) / arg(args, Product.blockN);
  const firstN = (part % blocksN) * arg(args, Product.blockN);
  const lastN = min(n, firstN + arg(args, Product.blockN));
  part /= blocksN;
  const blocksM = (arg(args, Product.m) + arg(args, Product.blockM) - 1) / arg(args, Product.blockM);
  const firstM = (part % blocksM) * arg(args, Product.blockM);
  const lastM = min(arg(args, Product.m), firstM + arg(args, Product.blockM));
  part /= blocksM;
  const pieces = (arg(args, Product.k) + arg(args, Product.piece) - 1) / arg(args, Product.piece);
  const firstK = (part % pieces) * arg(args, Product.piece);
  const lastK = min(arg(args, Product.k), firstK + arg(args, Product.piece));
  const index = part / pieces;

  const a = <usize>arg(args, 0) + (<usize>batchStart(args, index, 1) << 2);
  const b = <usize>arg(args, 1) + (<usize>batchStart(args, index, 2) << 2);
  const y = sumsStart(args, part % pieces, index);
  const aRow = <usize>arg(args, Product.aRow) << 2;
  const bRow = <usize>arg(args, Product.bColumn) << 2;
  const bias = <usize>arg(args, 2);
  const biased = arg(args, Product.biased);
  const floor = f32x4.splat(floatArg(args, Product.floor));
  for (let k = firstK; k < lastK; k += CHUNK) {
    const length = min(CHUNK, lastK - k);
    const final = k + CHUNK >= lastK;
    for (let j = firstN; j < lastN; j += DOT_ROWS) {
      const columns = min(DOT_ROWS, lastN - j);
      const b0 = b + <usize>j * bRow + (<usize>k << 2);
      // Past the last column and the last row those are made again.
      const b1 = b0 + <usize>min(1, columns - 1) * bRow;
      const b2 = b0 + <usize>min(2, columns - 1) * bRow;
      const b3 = b0 + <usize>min(3, columns - 1) * bRow;
      const start = biased && final ? v128.load(bias + (<usize>j << 2)) : f32x4.splat(0);
      const least = final ? floor : f32x4.splat(-Infinity);
      for (let i = firstM; i < lastM; i += DOT_COLUMNS) {
        const rows = min(DOT_COLUMNS, lastM - i);
        const a0 = a + <usize>i * aRow + (<usize>k << 2);
        innerTile(b0, b1, b2, b3, a0, a0 + (rows == 1 ? 0 : aRow), length, own);
        let to = y + (<usize>(i * n + j) << 2);
        for (let r = 0; r < rows; r++, to += <usize>n << 2) {
          let sum = v128.add<f32>(v128.load(own + (<usize>r << 4)), start);
          if (k > firstK) sum = v128.add<f32>(sum, v128.load(to));
          sum = f32x4.pmax(sum, least);
          if (columns == DOT_ROWS) {
            v128.store(to, sum);
            continue;
          }
          for (let at = to, end = to + (<usize>columns << 2); at < end; at += 4) {
            store<f32>(at, f32x4.extract_lane(sum, 0));
            sum = v128.shuffle<f32>(sum, sum, 1, 2, 3, 3);
          }
        }
      }
    }
  }
}

/** The product of any other factors. The thread's memory holds a tile, where steps lie, and a block of each factor. */
export function outerProduct(args: usize, part: i32, own: usize): void {
  const n = arg(args, Product.n);
  const blocksN = (n + arg(args, Product.blockN) - 1) / arg(args, Product.blockN);
  const firstN = (part % blocksN) * arg(args, Product.blockN);
  const columns = min(n - firstN, arg(args, Product.blockN));
  part /= blocksN;
  const blocksM = (arg(args, Product.m) + arg(args, Product.blockM) - 1) / arg(args, Product.blockM);
  const firstM = (part % blocksM) * arg(args, Product.blockM);
  const rows = min(arg(args, Product.m) - firstM, arg(args, Product.blockM));
  part /= blocksM;
  const pieces = (arg(args, Product.k) + arg(args, Product.piece) - 1) / arg(args, Product.piece);
  const firstK = (part % pieces) * arg(args, Product.piece);
  const lastK = min(arg(args, Product.k), firstK + arg(args, Product.piece));
  const index = part / pieces;

  const aRow = arg(args, Product.aRow);
  const aStep = arg(args, Product.aStep);
  const bStep = arg(args, Product.bStep);
  const bColumn = arg(args, Product.bColumn);
  const a = <usize>arg(args, 0) + (<usize>(batchStart(args, index, 1) + firstM * aRow) << 2);
  const b = <usize>arg(args, 1) + (<usize>(batchStart(args, index, 2) + firstN * bColumn) << 2);
  const y = sumsStart(args, part % pieces, index) + (<usize>(firstM * n + firstN) << 2);
  const pitch = <usize>n << 2;

  const steps = own + ROWS * COLUMNS * 4;
  const longest = min(CHUNK, lastK - firstK);
  const left = steps + ((<usize>longest * 4 + 63) & ~63);
  const panel = panelBytes(longest);
  const right = left + ((<usize>((rows + ROWS - 1) / ROWS) * panel + 63) & ~63);
  for (let k = 0; k < longest; k++) store<i32>(steps + (<usize>k << 2), k * COLUMNS * 4);
  for (let k = firstK; k < lastK; k += CHUNK) {
    const length = min(CHUNK, lastK - k);
    for (let i = 0, to = left; i < rows; i += ROWS, to += panel) {
      v128.store(to, f32x4.splat(0));
      const from = a + (<usize>(i * aRow + k * aStep) << 2);
      packBlock(from, aRow, aStep, min(ROWS, rows - i), length, to + 16, ROWS * 4);
    }
    for (let j = 0; j < columns; j += COLUMNS) {
      const source = b + (<usize>(j * bColumn + k * bStep) << 2);
      const wide = min(COLUMNS, columns - j);
      if (bColumn == 1) {
        packColumns(source, bStep, length, right);
      } else {
        // As two blocks of four columns, side by side.
        packBlock(source, bColumn, bStep, min(4, wide), length, right, COLUMNS * 4);
        if (wide > 4) packBlock(source + <usize>(16 * bColumn), bColumn, bStep, wide - 4, length, right + 16, COLUMNS * 4);
      }
      for (let i = 0, from = left; i < rows; i += ROWS, from += panel) {
        const high = min(ROWS, rows - i);
        const to = y + <usize>i * pitch + (<usize>j << 2);
        const whole = high == ROWS && wide == COLUMNS && k == firstK;
        outerTile(
          from, right, steps, length, f32x4.splat(-Infinity), whole ? to : own, whole ? pitch : COLUMNS * 4,
        );
        if (whole) continue;
        if (k == firstK) copyCorner(to, pitch, high, wide, own);
        else addCorner(to, pitch, high, wide, own);
      }
    }
  }
}

/**
 * y[i,j] = max(floor, bias[j] + Σ s[piece,i,j]): adds the sums of the pieces, in order.
 *
 * Arguments: s, the bias (anything without one), y; pieces, rows, columns, floor, whether there is a bias, rows of a part.
 */
export function addPieces(args: usize, part: i32, own: usize): void {
  const pieces = arg(args, 3);
  const rows = arg(args, 4);
  const columns = arg(args, 5);
  const floor = f32x4.splat(floatArg(args, 6));
  const biased = arg(args, 7);
  const stride = (<usize>rows * columns) << 2;
  const end = min(rows, (part + 1) * arg(args, 8));
  for (let row = part * arg(args, 8); row < end; row++) {
    const from = <usize>arg(args, 0) + (<usize>(row * columns) << 2);
    let to = <usize>arg(args, 2) + (<usize>(row * columns) << 2);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      let sum = biased ? v128.load(<usize>arg(args, 1) + at) : f32x4.splat(0);
      for (let i = 0, s = from + at; i < pieces; i++, s += stride) sum = v128.add<f32>(sum, v128.load(s));
      sum = f32x4.pmax(sum, floor);
      if (j + 4 <= columns) {
        v128.store(to, sum);
        to += 16;
        continue;
      }
      for (let rest = j; rest < columns; rest++, to += 4) {
        store<f32>(to, f32x4.extract_lane(sum, 0));
        sum = v128.shuffle<f32>(sum, sum, 1, 2, 3, 3);
      }
    }
  }
}
