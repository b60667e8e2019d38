import type { AugmentBatchAttrs } from '../../data/augmentBatch.ts';
import { augmentParams } from '../../data/augmentBatch.ts';
import type { GatherBatchAttrs } from '../../data/gatherBatch.ts';
import type { NoAttrs } from '../../op.ts';
import { word } from '../../op.ts';
import type { DropoutAttrs } from '../../ops/dropout.ts';
import type { LerpAttrs } from '../../ops/lerp.ts';
import type { ScaleStepAttrs } from '../../ops/scaleStep.ts';
import { sizeOf } from '../../shape.ts';
import type { Override } from './launch.ts';
import { cut, cutRows, workOf } from './parts.ts';

/** Operations for each weight, for the profile. */
const FLOPS = { sgdStep: 6, adamStep: 14 };

const optimizer =
  (kernel: keyof typeof FLOPS): Override<NoAttrs> =>
  (_inputs, [p]) => {
    const length = sizeOf(p.shape);
    const { parts, piece } = cut(length, 2);
    return workOf({ kernel, parts, params: [length, piece], reads: [0, 1], flops: FLOPS[kernel] * length });
  };

const lerp: Override<LerpAttrs> = (_inputs, [target], { weight }) => {
  const length = sizeOf(target.shape);
  const { parts, piece } = cut(length);
  return workOf({ kernel: 'lerp', parts, params: [length, piece, word(weight)], reads: [0] });
};

/** A float in double precision as two words, the lower one first. */
const doubleWords = (value: number): number[] => [...new Uint32Array(new Float64Array([value]).buffer)];

/** Bytes of the keys of Philox's ten rounds, as wasm/dropout.ts lays them out. */
const KEYS = 320;

const dropout: Override<DropoutAttrs> = ([x], _outputs, { p, stream }) => {
  const length = sizeOf(x.shape);
  const { parts, piece } = cut(length, 4);
  const params = [length, piece, stream, word(p), ...doubleWords(1 / (1 - p))];
  return workOf({ kernel: 'dropout', parts, params, ownBytes: KEYS });
};

const gatherBatch: Override<GatherBatchAttrs> = ([images, , order], _outputs, { batch, size }) => {
  const [count, words] = images.shape;
  const { parts, piece } = cutRows(batch, size * size, 2);
  const params = [batch, piece, size * size, words, count, order.shape[0]];
  return workOf({ kernel: 'gatherBatch', parts, params });
};

/** Bytes of random words, control points and a spline, as wasm/augment.ts lays them out. */
const DRAWN = 256 + 400;
const SPLINE = 48;

const augmentBatch: Override<AugmentBatchAttrs> = ([images, , order], _outputs, attrs) => {
  const { batch, size } = attrs;
  const [count, words] = images.shape;
  const { parts, piece } = cutRows(batch, size * size, 16);
  const line = 4 * 4 * Math.ceil(size / 4);
  const frame = 16 * Math.ceil((size + 3) / 16) * (size + 3) + 16;
  const ownBytes = KEYS + DRAWN + SPLINE * size + 2 * 7 * line + 2 * frame;
  const params = [batch, piece, size, words, count, order.shape[0], ...augmentParams(attrs)];
  return workOf({ kernel: 'augmentBatch', parts, params, ownBytes });
};

/** In one part: the ring of rows may be shorter than the batch, and then the last of two rows stays. */
const recordRows: Override<NoAttrs> = ([, logits], [rows]) => {
  const [n, classes] = logits.shape;
  const params = [n, classes, rows.shape[0]];
  return workOf({ kernel: 'recordRows', parts: 1, params, reads: [0, 1, 2] });
};

const allFinite: Override<NoAttrs> = ([x]) => {
  const length = sizeOf(x.shape);
  const { parts, piece } = cut(length);
  const { launches } = workOf(
    { kernel: 'allFinite', parts, params: [length, piece], writes: [2], note: 'flags' },
    { kernel: 'joinFlags', parts: 1, params: [parts], reads: [2], note: 'joined' },
  );
  return { launches, scratch: [parts] };
};

const scaleStep: Override<ScaleStepAttrs> = (_inputs, _outputs, { interval }) =>
  workOf({ kernel: 'scaleStep', parts: 1, params: [word(interval)], reads: [0] });

/** What a training step runs besides its layers. */
export const training = {
  sgdStep: optimizer('sgdStep'),
  adamStep: optimizer('adamStep'),
  lerp,
  dropout,
  gatherBatch,
  augmentBatch,
  recordRows,
  allFinite,
  scaleStep,
};
