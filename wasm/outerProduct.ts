import { arg } from './args';
import { ceilDiv } from './ceilDiv';
import { addCorner, copyCorner } from './corner';
import { packBlock, packColumns } from './packBlock';
import { panelBytes } from './panels';
import { CHUNK, Product, batchStart, sumsStart } from './product';
import { ROWS, outerTile } from './tile';
import { COLUMNS } from './width';

/**
 * The product of any factors, blocked as in Goto and van de Geijn, "Anatomy of high-performance matrix multiplication"
 * (2008). The thread's memory holds a tile, where steps lie, a block of rows of a and a panel of a tile's columns of b.
 */
export function outerProduct(args: usize, part: i32, own: usize): void {
  const n = arg(args, Product.n);
  const across = ceilDiv(n, arg(args, Product.blockN));
  const down = ceilDiv(arg(args, Product.m), arg(args, Product.blockM));
  const pieces = ceilDiv(arg(args, Product.k), arg(args, Product.piece));
  const piece = (part / (across * down)) % pieces;
  const index = part / (across * down * pieces);
  const firstN = (part % across) * arg(args, Product.blockN);
  const firstM = ((part / across) % down) * arg(args, Product.blockM);
  const columns = min(n - firstN, arg(args, Product.blockN));
  const rows = min(arg(args, Product.m) - firstM, arg(args, Product.blockM));
  const firstK = piece * arg(args, Product.piece);
  const lastK = min(arg(args, Product.k), firstK + arg(args, Product.piece));

  const aRow = arg(args, Product.aRow);
  const aStep = arg(args, Product.aStep);
  const bStep = arg(args, Product.bStep);
  const bColumn = arg(args, Product.bColumn);
  const a = <usize>arg(args, 0) + (<usize>(batchStart(args, index, 1) + firstM * aRow) << 2);
  const b = <usize>arg(args, 1) + (<usize>(batchStart(args, index, 2) + firstN * bColumn) << 2);
  const y = sumsStart(args, piece, index) + (<usize>(firstM * n + firstN) << 2);
  const pitch = <usize>n << 2;

  const steps = own + ROWS * COLUMNS * 4;
  const longest = min(CHUNK, lastK - firstK);
  const left = steps + ((<usize>longest * 4 + 63) & ~63);
  const panel = panelBytes(longest);
  const right = left + ((<usize>ceilDiv(rows, ROWS) * panel + 63) & ~63);
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
        // As blocks of four columns, side by side.
        for (let four = 0; four < wide; four += 4) {
          const at = source + (<usize>(four * bColumn) << 2);
          packBlock(at, bColumn, bStep, min(4, wide - four), length, right + (<usize>four << 2), COLUMNS * 4);
        }
      }
      for (let i = 0, from = left; i < rows; i += ROWS, from += panel) {
        const high = min(ROWS, rows - i);
        const to = y + <usize>i * pitch + (<usize>j << 2);
        const whole = high == ROWS && wide == COLUMNS && k == firstK;
        outerTile(
          from, from + 16, right, steps, length, -Infinity, whole ? to : own, whole ? pitch : COLUMNS * 4,
        );
        if (whole) continue;
        if (k == firstK) copyCorner(to, pitch, high, wide, own);
        else addCorner(to, pitch, high, wide, own);
      }
    }
  }
}
