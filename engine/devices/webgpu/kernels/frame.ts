import shader from '../../../../shaders/frame.wgsl';
import type { Pair } from '../../../ops/window.ts';
import type { Frame } from '../../frames.ts';
import type { Launch } from '../../launch.ts';
import { planeGrid } from '../../launch.ts';
import { planeShader } from './planeShader.ts';

const shaderFor = planeShader(shader);

/** Lays planes into frames on the GPU, from operand `from` to operand `to`. */
export function frameLaunch(from: number, to: number, planes: number, plane: Pair, frame: Frame): Launch {
  // Four neighbours of a row are a thread's.
  const fours = Math.ceil(frame.size[1] / 4);
  const places = fours * frame.size[0];
  const { grid, params } = planeGrid(planes, places);
  return {
    shader: shaderFor(frame.size[1], places),
    entry: 'main',
    params: {
      ...{ planes, height: plane[0], width: plane[1] },
      ...{ frameHeight: frame.size[0], frameWidth: frame.size[1] },
      ...{ top: frame.first[0], left: frame.first[1] },
      ...{ spreadY: frame.spread[0], spreadX: frame.spread[1] },
      ...{ fours, inverseFours: 1 / fours, ...params },
    },
    grid,
    reads: [from],
    writes: [to],
    note: 'frame',
  };
}
