import shader from '../../../../shaders/frame.wgsl';
import foursShader from '../../../../shaders/frameFours.wgsl';
import type { Pair } from '../../../ops/window.ts';
import { planeOf } from '../../../ops/window.ts';
import type { Shape } from '../../../shape.ts';
import type { Frame } from '../../frames.ts';
import type { Launch, Work } from '../../launch.ts';
import { planeGrid } from '../../launch.ts';
import { planeShader } from './planeShader.ts';
import { SMALL } from './walks.ts';

const shaderFor = planeShader(shader);

/** Lays planes into frames on the GPU, from operand `from` to operand `to`. */
function frameLaunch(from: number, to: number, planes: number, plane: Pair, frame: Frame): Launch {
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
      ...{ fours, inverseFours: 1 / fours, ...params },
    },
    grid,
    reads: [from],
    writes: [to],
    note: 'frame',
  };
}

/**
 * The same for `images` of so many channels, with what four images have in a place side by side: [⌈images/4⌉, channels,
 * height, width, 4].
 */
function foursLaunch(from: number, to: number, [images, channels]: Pair, plane: Pair, frame: Frame): Launch {
  const places = frame.size[0] * frame.size[1];
  const planes = Math.ceil(images / 4) * channels;
  const { grid, params } = planeGrid(planes, places);
  return {
    shader: `const SMALL = ${places < SMALL};\n${foursShader}`,
    entry: 'main',
    params: {
      ...{ images, channels, planes, height: plane[0], width: plane[1] },
      ...{ frameHeight: frame.size[0], frameWidth: frame.size[1] },
      ...{ top: frame.first[0], left: frame.first[1] },
      ...{ inverseWidth: 1 / frame.size[1], ...params },
    },
    grid,
    reads: [from],
    writes: [to],
    note: 'frame of fours',
  };
}

/** Images that are laid into frames. */
interface Framing {
  /** The operand with the images, and the first scratch operand. */
  readonly from: number;
  readonly to: number;
  /** The shape of the images: [images, channels, height, width]. */
  readonly images: Shape;
  readonly frame: Frame;
  /** Whether four images lie side by side. */
  readonly fours: boolean;
}

/** Work that reads frames from its first scratch operand, and the launch that makes them in front of it. */
export function framed(work: Work, { from, to, images: shape, frame, fours }: Framing): Work {
  const [images, channels] = shape;
  const plane = planeOf(shape);
  const launch = fours
    ? foursLaunch(from, to, [images, channels], plane, frame)
    : frameLaunch(from, to, images * channels, plane, frame);
  const lying = fours ? 4 * Math.ceil(images / 4) : images;
  const size = lying * channels * frame.size[0] * frame.size[1];
  return { launches: [launch, ...work.launches], scratch: [size, ...work.scratch] };
}
