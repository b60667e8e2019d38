import { arg, floatArg } from './args';
import { ceilDiv } from './ceilDiv';
import { CHUNK, Product, batchStart, sumsStart } from './product';
import { DOT_COLUMNS, DOT_ROWS, innerTile } from './tile';

/** The product of factors whose last axes are both k. The thread's memory holds a tile. */
export function innerProduct(args: usize, part: i32, own: usize): void {
  const n = arg(args, Product.n);
  const across = ceilDiv(n, arg(args, Product.blockN));
  const down = ceilDiv(arg(args, Product.m), arg(args, Product.blockM));
  const pieces = ceilDiv(arg(args, Product.k), arg(args, Product.piece));
  const piece = (part / (across * down)) % pieces;
  const index = part / (across * down * pieces);
  const firstN = (part % across) * arg(args, Product.blockN);
  const firstM = ((part / across) % down) * arg(args, Product.blockM);
  const lastN = min(n, firstN + arg(args, Product.blockN));
  const lastM = min(arg(args, Product.m), firstM + arg(args, Product.blockM));
  const firstK = piece * arg(args, Product.piece);
  const lastK = min(arg(args, Product.k), firstK + arg(args, Product.piece));

  const a = <usize>arg(args, 0) + (<usize>batchStart(args, index, 1) << 2);
  const b = <usize>arg(args, 1) + (<usize>batchStart(args, index, 2) << 2);
  const y = sumsStart(args, piece, index);
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
