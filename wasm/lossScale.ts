// What dynamic loss scaling asks: whether gradients are finite, and the next scale.
import { arg, floatArg } from './args';

/** flags[part] = 1 where all of a part is finite, else 0. Arguments: x, flags, length, floats of one part. */
export function allFinite(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const start = part * arg(args, 3);
  const end = min(arg(args, 2), start + arg(args, 3));
  const infinity = f32x4.splat(f32.POSITIVE_INFINITY);
  let all = i32x4.splat(-1);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    all = v128.and(all, f32x4.lt(f32x4.abs(v128.load(x + (<usize>i << 2))), infinity));
  }
  let isFinite = i32x4.all_true(all);
  for (; i < end; i++) isFinite = isFinite && abs(load<f32>(x + (<usize>i << 2))) < f32.POSITIVE_INFINITY;
  store<f32>(<usize>arg(args, 1) + (<usize>part << 2), isFinite ? 1 : 0);
}

/** y = 1 where all flags are 1, else 0. Arguments: flags, y, how many. */
export function joinFlags(args: usize, part: i32, own: usize): void {
  let all: f32 = 1;
  for (let i = 0; i < arg(args, 2); i++) all = min(all, load<f32>(<usize>arg(args, 0) + (<usize>i << 2)));
  store<f32>(<usize>arg(args, 1), all);
}

/**
 * state = [scale, good, skipped]; usable: good + 1, and after `interval` good ones twice the scale; else half
 * of it, at least 1.
 * Arguments: usable, state, interval.
 */
export function scaleStep(args: usize, part: i32, own: usize): void {
  const state = <usize>arg(args, 1);
  const isUsable = load<f32>(<usize>arg(args, 0)) > 0;
  const scale = load<f32>(state);
  const good = load<f32>(state, 4);
  const grows = isUsable && good + 1 >= floatArg(args, 2);
  store<f32>(state, grows ? 2 * scale : isUsable ? scale : max<f32>(1, scale / 2));
  store<f32>(state, grows || !isUsable ? 0 : good + 1, 4);
  if (!isUsable) store<f32>(state, load<f32>(state, 8) + 1, 8);
}
