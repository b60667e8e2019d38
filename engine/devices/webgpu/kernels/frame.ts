import shader from '../../../../shaders/frame.wgsl';
import quotient from '../../../../shaders/quotient.wgsl';
import type { Pair } from '../../../ops/window.ts';
import type { Frame } from '../../frames.ts';
import type { Launch } from '../../launch.ts';
import { planeGrid, word } from '../../launch.ts';
import { rowStore } from './rowStore.ts';

const codeFor = (width: number): string => {
  const { head, tail } = rowStore(width);
  return `${head}${quotient}\n${shader}${tail}`;
};
const [codeOfFours, codeOfEach] = [codeFor(4), codeFor(1)];

/** Lays planes into frames on the GPU, from operand `from` to operand `to`. */
export function frameLaunch(from: number, to: number, planes: number, plane: Pair, frame: Frame): Launch {
  // Four neighbours of a row are a thread's.
  const fours = Math.ceil(frame.size[1] / 4);
  return {
    shader: frame.size[1] % 4 === 0 ? codeOfFours : codeOfEach,
    entry: 'main',
    params: [planes, ...plane, ...frame.size, ...frame.first, ...frame.spread, fours, word(1 / fours)],
    grid: planeGrid(planes, fours * frame.size[0]),
    reads: [from],
    writes: [to],
    note: 'frame',
  };
}
