import shader from '../../shaders/frame.wgsl';
import quotient from '../../shaders/quotient.wgsl';
import type { Launch } from '../op.ts';
import { planeGrid, word } from '../op.ts';
import { sizeOf } from '../shape.ts';
import type { Frame } from './correlate.ts';
import type { Pair } from './window.ts';

const code = `${quotient}\n${shader}`;

/** Whether a frame is just the plane itself. */
export const isWhole = ([height, width]: Pair, { size, spread }: Frame): boolean =>
  size[0] === height && size[1] === width && spread[0] === 1 && spread[1] === 1;

/** Lays planes into frames on the GPU, from operand `from` to operand `to`. */
export function frameLaunch(from: number, to: number, planes: number, plane: Pair, frame: Frame): Launch {
  return {
    shader: code,
    entry: 'main',
    params: [planes, ...plane, ...frame.size, ...frame.first, ...frame.spread, word(1 / frame.size[1])],
    grid: planeGrid(planes, sizeOf(frame.size)),
    reads: [from],
    writes: [to],
    note: 'frame',
  };
}
