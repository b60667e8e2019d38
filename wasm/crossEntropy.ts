// The surprise at the right class of each row of logits, and its gradient, softmax included.
import { arg } from './args';
import { exp, log } from './double';
import { maximumOf, totalOf } from './softmax';

/**
 * y[n] = ln Σ_c e^x[n,c] − x[n,label[n]]; a label that is no class makes its row NaN, as a shader does, since
 * a thread cannot refuse it. Arguments: x, labels, y, rows, rows of one part, classes.
 */
export function crossEntropy(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 3);
  const piece = arg(args, 4);
  const classes = arg(args, 5);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const x = <usize>arg(args, 0) + (<usize>(row * classes) << 2);
    const label = load<i32>(<usize>arg(args, 1) + (<usize>row << 2));
    const maximum = maximumOf(x, classes, 4);
    const logTotal = maximum + log(totalOf(x, classes, 4, maximum));
    const y = <usize>arg(args, 2) + (<usize>row << 2);
    if (<u32>label < <u32>classes) store<f32>(y, <f32>(logTotal - <f64>load<f32>(x + (<usize>label << 2))));
    else store<f32>(y, f32.NaN);
  }
}

/**
 * d[n,c] = g[n]·(softmax(x)[n,c] − (1 if c = label[n] else 0)). Arguments: x, labels, g, d, rows, rows of one
 * part, classes.
 */
export function crossEntropyGrad(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 4);
  const piece = arg(args, 5);
  const classes = arg(args, 6);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const start = <usize>(row * classes) << 2;
    const x = <usize>arg(args, 0) + start;
    const d = <usize>arg(args, 3) + start;
    const label = load<i32>(<usize>arg(args, 1) + (<usize>row << 2));
    const g = <f64>load<f32>(<usize>arg(args, 2) + (<usize>row << 2));
    const maximum = maximumOf(x, classes, 4);
    const total = totalOf(x, classes, 4, maximum);
    for (let c = 0; c < classes; c++) {
      const at = <usize>c << 2;
      const share = exp(<f64>load<f32>(x + at) - maximum) / total;
      store<f32>(d + at, <f32>(g * (share - (c == label ? 1 : 0))));
    }
  }
}
