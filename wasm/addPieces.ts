import { arg, floatArg } from './args';

/**
 * y[i,j] = max(floor, bias[j] + Σ s[piece,i,j]): adds the sums of the pieces, in order.
 *
 * Arguments: s, the bias (anything without one), y; pieces, rows, columns, floor, whether there is a bias, rows of a
 * part.
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
