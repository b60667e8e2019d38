/** What a training step runs besides its layers. */

import { sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import type { WasmKernel } from '../launch.ts';
import { cut, workOf } from '../parts.ts';
import { PHILOX_KEYS } from './philox.ts';

/** Operations for each weight, for the profile. */
const FLOPS = { sgdStep: 6, adamStep: 14 };

const optimizer =
  (kernel: keyof typeof FLOPS): WasmKernel<object> =>
  (_inputs, [p]) => {
    const length = sizeOf(p.shape);
    const { parts, piece } = cut(length, 2);
    return workOf({ kernel, parts, params: [length, piece], reads: [0, 1], flops: FLOPS[kernel] * length });
  };

export const sgdStep = optimizer('sgdStep');
export const adamStep = optimizer('adamStep');

export const lerp: WasmKernel<{ readonly weight: number }> = (_inputs, [target], { weight }) => {
  const length = sizeOf(target.shape);
  const { parts, piece } = cut(length);
  return workOf({ kernel: 'lerp', parts, params: [length, piece, bitsOf(weight)], reads: [0] });
};

/** A float in double precision as two words, the lower one first. */
const doubleWords = (value: number): number[] => [...new Uint32Array(new Float64Array([value]).buffer)];

export const dropout: WasmKernel<{ readonly p: number; readonly stream: number }> = (
  [x],
  _outputs,
  { p, stream },
) => {
  const length = sizeOf(x.shape);
  const { parts, piece } = cut(length, 4);
  const params = [length, piece, stream, bitsOf(p), ...doubleWords(1 / (1 - p))];
  return workOf({ kernel: 'dropout', parts, params, ownBytes: PHILOX_KEYS });
};

export const allFinite: WasmKernel<object> = ([x]) => {
  const length = sizeOf(x.shape);
  const { parts, piece } = cut(length);
  const { launches } = workOf(
    { kernel: 'allFinite', parts, params: [length, piece], writes: [2], note: 'flags' },
    { kernel: 'joinFlags', parts: 1, params: [parts], reads: [2], note: 'joined' },
  );
  return { launches, scratch: [parts] };
};

export const scaleStep: WasmKernel<{ readonly interval: number }> = (_inputs, _outputs, { interval }) =>
  workOf({ kernel: 'scaleStep', parts: 1, params: [bitsOf(interval)], reads: [0] });
