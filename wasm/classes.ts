// Values at labels: x [N,C,M], labels [N,M].
import { arg } from './args';

/** y[n,c] = 1 where c is label[n], else 0. Arguments: labels, y, rows, rows of one part, classes. */
export function oneHot(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 2);
  const piece = arg(args, 3);
  const classes = arg(args, 4);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const y = <usize>arg(args, 1) + (<usize>(row * classes) << 2);
    const label = load<i32>(<usize>arg(args, 0) + (<usize>row << 2));
    memory.fill(y, 0, <usize>classes << 2);
    if (<u32>label < <u32>classes) store<f32>(y + (<usize>label << 2), 1);
  }
}

/**
 * y[n,m] = x[n, label, m], 0 where the label is `ignore`, NaN where it is no class: as in a shader, since a
 * thread cannot refuse it. Arguments: x, labels, y, rows, rows of one part, classes, M, whether there is an
 * `ignore`, that.
 */
export function gatherClass(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 3);
  const piece = arg(args, 4);
  const classes = arg(args, 5);
  const inner = arg(args, 6);
  const ignores = arg(args, 7);
  const ignore = arg(args, 8);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const x = <usize>arg(args, 0);
    for (let i = row * inner; i < (row + 1) * inner; i++) {
      const label = load<i32>(<usize>arg(args, 1) + (<usize>i << 2));
      const y = <usize>arg(args, 2) + (<usize>i << 2);
      const from = (row * classes + label) * inner + i - row * inner;
      if (ignores && label == ignore) store<f32>(y, 0);
      else if (<u32>label < <u32>classes) store<u32>(y, load<u32>(x + (<usize>from << 2)));
      else store<f32>(y, f32.NaN);
    }
  }
}

/**
 * y[n,c,m] = g[n,m] where c is the label and not `ignore`, else 0. Arguments: g, labels, y, and the others as
 * in gatherClass.
 */
export function scatterClass(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 3);
  const piece = arg(args, 4);
  const classes = arg(args, 5);
  const inner = arg(args, 6);
  const ignores = arg(args, 7);
  const ignore = arg(args, 8);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const y = <usize>arg(args, 2) + (<usize>(row * classes * inner) << 2);
    memory.fill(y, 0, <usize>(classes * inner) << 2);
    for (let m = 0; m < inner; m++) {
      const at = <usize>(row * inner + m) << 2;
      const label = load<i32>(<usize>arg(args, 1) + at);
      if ((ignores && label == ignore) || <u32>label >= <u32>classes) continue;
      store<u32>(y + (<usize>(label * inner + m) << 2), load<u32>(<usize>arg(args, 0) + at));
    }
  }
}
