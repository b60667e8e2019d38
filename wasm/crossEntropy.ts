// The surprise at the right class of each row of logits, and its gradient, softmax included.
import { arg, floatArg } from './args';
import { log } from './double';
import { belowOf, exponentialsOf, maximumOf, totalOf } from './shares';
import { storeFirst } from './simd';

/**
 * y[n] = ln Σ_c e^x[n,c] − (1 − ε)·x[n,label[n]] − ε·(the mean of x[n,c]); a label that is no class makes its row NaN, as a shader
 * does, since a thread cannot refuse it. Arguments: x, labels, y, rows, rows of one part, classes, ε.
 */
export function crossEntropy(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 3);
  const piece = arg(args, 4);
  const classes = arg(args, 5);
  const smoothing = <f64>floatArg(args, 6);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const x = <usize>arg(args, 0) + (<usize>(row * classes) << 2);
    const label = load<i32>(<usize>arg(args, 1) + (<usize>row << 2));
    const maximum = maximumOf(x, classes);
    const logTotal = log(totalOf(x, classes, maximum));
    const y = <usize>arg(args, 2) + (<usize>row << 2);
    if (<u32>label >= <u32>classes) {
      store<f32>(y, f32.NaN);
      continue;
    }
    const right = <f64>load<f32>(x + (<usize>label << 2));
    // Without smoothing a logit of −∞ counts for nothing, and 0·∞ would be NaN.
    if (smoothing == 0) {
      store<f32>(y, <f32>(<f64>maximum + logTotal - right));
      continue;
    }
    const below = smoothing / <f64>classes * belowOf(x, classes, maximum);
    store<f32>(y, <f32>(logTotal - (1 - smoothing) * (right - <f64>maximum) - below));
  }
}

/**
 * d[n,c] = g[n]·(softmax(x)[n,c] − (1 − ε if c = label[n] else 0) − ε/C). Arguments: x, labels, g, d, rows, rows of one
 * part, classes, ε.
 */
export function crossEntropyGrad(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 4);
  const piece = arg(args, 5);
  const classes = arg(args, 6);
  const smoothing = <f64>floatArg(args, 7);
  const even = smoothing / <f64>classes;
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const start = <usize>(row * classes) << 2;
    const x = <usize>arg(args, 0) + start;
    const d = <usize>arg(args, 3) + start;
    const label = load<i32>(<usize>arg(args, 1) + (<usize>row << 2));
    const g = <f64>load<f32>(<usize>arg(args, 2) + (<usize>row << 2));
    const total = exponentialsOf(x, d, classes, maximumOf(x, classes));
    const isClass = <u32>label < <u32>classes;
    const right = isClass ? <f64>load<f32>(d + (<usize>label << 2)) / total - (1 - smoothing) - even : 0;
    const scale = f32x4.splat(<f32>(g / total));
    // What all classes get, among exponentials: 0 changes none of them, and an infinite gradient stays one.
    const evens = f32x4.splat(<f32>(even * total));
    let at = d;
    for (let left = classes; left > 0; left -= 4, at += 16) {
      const four = f32x4.mul(f32x4.sub(v128.load(at), evens), scale);
      if (left >= 4) v128.store(at, four);
      else storeFirst(at, four, left);
    }
    if (isClass) store<f32>(d + (<usize>label << 2), <f32>(g * right));
  }
}
