import { arg } from './args';
import { ceilDiv } from './ceilDiv';
import { ROWS } from './tile';

/** Bytes of a panel of four rows: their starts, then four values for each step. */
// @ts-ignore: decorator
@inline
export function panelBytes(depth: i32): usize {
  return <usize>(depth + 1) * ROWS * 4;
}

/**
 * Filters in panels of four, in the order in which outer tiles read them; each panel begins with the biases, or with
 * zeros. Step (o, i) of row r lies at start + r·rowStride + o·outerStride + i·innerStride: filters can be read flipped.
 *
 * Arguments: w, bias, panels; rows of a group, groups, stride of a group, outer and inner steps, row, outer and inner
 * stride, start, whether there is a bias, panels of a part.
 */
export function packFilters(args: usize, part: i32, own: usize): void {
  const w = <usize>arg(args, 0);
  const bias = <usize>arg(args, 1);
  const rows = arg(args, 3);
  const groups = arg(args, 4);
  const outer = arg(args, 6);
  const inner = arg(args, 7);
  const rowStride = arg(args, 8);
  const outerStride = arg(args, 9);
  const innerStride = arg(args, 10);
  const biased = arg(args, 12);
  const perPart = arg(args, 13);
  const bytes = panelBytes(outer * inner);
  const perGroup = ceilDiv(rows, ROWS);
  const end = min(groups * perGroup, (part + 1) * perPart);
  for (let panel = part * perPart; panel < end; panel++) {
    const group = panel / perGroup;
    const first = (panel % perGroup) * ROWS;
    const to = <usize>arg(args, 2) + <usize>panel * bytes;
    for (let r = 0; r < ROWS; r++) {
      let at = to + (<usize>r << 2);
      const inside = first + r < rows;
      store<f32>(at, inside && biased ? load<f32>(bias + (<usize>(group * rows + first + r) << 2)) : 0);
      const row = arg(args, 11) + group * arg(args, 5) + (first + r) * rowStride;
      for (let o = 0; o < outer; o++) {
        let from = row + o * outerStride;
        for (let i = 0; i < inner; i++, from += innerStride) {
          at += ROWS * 4;
          store<f32>(at, inside ? load<f32>(w + (<usize>from << 2)) : 0);
        }
      }
    }
  }
}
