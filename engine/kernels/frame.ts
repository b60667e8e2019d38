import shader from '../../shaders/frame.wgsl';
import type { Launch } from '../op.ts';
import { elementGrid } from '../op.ts';
import { sizeOf } from '../shape.ts';
import type { Frame } from './correlate.ts';
import type { Pair } from './window.ts';

/** Whether a frame is just the plane itself. */
export const isWhole = ([height, width]: Pair, { size, spread }: Frame): boolean =>
  size[0] === height && size[1] === width && spread[0] === 1 && spread[1] === 1;

/** Lays planes into frames on the GPU, from operand `from` to operand `to`. */
export function frameLaunch(from: number, to: number, planes: number, plane: Pair, frame: Frame): Launch {
  const count = planes * sizeOf(frame.size);
  return {
    shader,
    entry: 'main',
    params: [count, ...plane, ...frame.size, ...frame.first, ...frame.spread],
    grid: elementGrid(count),
    reads: [from],
    writes: [to],
    note: 'frame',
  };
}
