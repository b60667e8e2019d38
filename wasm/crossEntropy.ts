// The surprise at the right class of each row of logits, and its gradient, softmax included.
import { arg } from './args';
import { log } from './double';
import { exponentialsOf, maximumOf, totalOf } from './shares';
import { storeFirst } from './simd';

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
    const maximum = maximumOf(x, classes);
    const logTotal = <f64>maximum + log(totalOf(x, classes, maximum));
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
    const total = exponentialsOf(x, d, classes, maximumOf(x, classes));
    const isClass = <u32>label < <u32>classes;
    const right = isClass ? <f64>load<f32>(d + (<usize>label << 2)) / total - 1 : 0;
    const scale = f32x4.splat(<f32>(g / total));
    let at = d;
    for (let left = classes; left > 0; left -= 4, at += 16) {
      const four = f32x4.mul(v128.load(at), scale);
      if (left >= 4) v128.store(at, four);
      else storeFirst(at, four, left);
    }
    if (isClass) store<f32>(d + (<usize>label << 2), <f32>(g * right));
  }
}
