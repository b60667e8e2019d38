/** The gradient of the input of a convolution with a stride: one convolution for each phase (wasm/phases.ts). */
import type { Pair } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { WasmWork } from '../launch.ts';
import { blockOf, blocksOf, COLUMNS, LONG_TILE_BYTES, panelsPerPart, ROWS, unitsOf } from './convBlocks.ts';
import type { Geometry } from './convGeometry.ts';
import { align, copyBytes, SLACK } from './convGeometry.ts';

/** A tap along one axis, and how far from its own place a pixel of its phase finds the gradient that it weighs. */
interface Tap {
  readonly tap: number;
  readonly shift: number;
}

/** The taps of each phase: those for which place + before − tap·dilation is a whole number of strides. */
export function phasesOf(taps: number, stride: number, dilation: number, before: number): Tap[][] {
  const phases = Array.from({ length: stride }, (): Tap[] => []);
  for (let tap = 0; tap < taps; tap++) {
    const shift = Math.ceil((before - tap * dilation) / stride);
    phases[shift * stride - before + tap * dilation].push({ tap, shift });
  }
  return phases;
}

/** dx from g and w, operands 0 and 1 of 2, for the convolution of this geometry. */
export function inputPhases(forward: Geometry): WasmWork {
  // Images and results change places: what was seen is now made.
  const { images, groups, depth: rows, rows: depth, source: image, output: source, kernel, stride } = forward;
  const [down, across] = [0, 1].map((axis) =>
    phasesOf(kernel[axis], stride[axis], forward.dilation[axis], forward.before[axis]),
  );
  const rowShifts = down.flat().map(({ shift }) => shift);
  const firstShift = Math.min(...rowShifts);
  const span = Math.max(...rowShifts) - firstShift;
  const shifts = [...new Set(across.flat().map(({ shift }) => shift))];
  const phases = down.flatMap((above) =>
    across.map((beside) =>
      above.flatMap(({ tap: u, shift: row }) =>
        beside.map(({ tap: v, shift }) => [u * kernel[1] + v, shifts.indexOf(shift), row - firstShift]),
      ),
    ),
  );

  const taps = sizeOf(kernel);
  const panels = Math.ceil(rows / ROWS);
  const floats = (depth * taps + 1) * ROWS;
  const packed = Math.max(1, Math.ceil(16384 / floats));
  const bytesOf = ([band, strip]: Pair) =>
    stride[1] * ROWS * 4 * Math.ceil((band * strip) / 16) * 16 +
    depth * shifts.length * copyBytes(band + span, strip) +
    SLACK;
  // A row of one phase, of which each phase has a part of the taps; the columns of all.
  const output: Pair = [Math.ceil(image[0] / stride[0]), Math.ceil(image[1] / stride[1])];
  const flops = 2 * rows * depth * taps * sizeOf(source);
  const units = images * groups;
  const unitsPerPart = unitsOf(units, flops);
  const parts = Math.ceil(units / unitsPerPart);
  const block = blockOf(output, parts, flops / output[0], 1, bytesOf);
  const blocks = blocksOf(output, block);
  const perPart = panelsPerPart(panels, parts * blocks, (flops * unitsPerPart) / blocks);
  const params = [
    ...[images, depth, groups, ...source, ...image, ...stride, rows, taps, packed],
    ...[block.band, block.strip, unitsPerPart, perPart, firstShift, span, shifts.length],
    ...[...phases.map(({ length }) => length), ...shifts, ...phases.flat(2)],
  ];
  return {
    launches: [
      {
        kernel: 'packPhases',
        parts: Math.ceil((groups * panels) / packed),
        params,
        reads: [1],
        writes: [3, 3],
        note: 'filters',
      },
      {
        kernel: 'convolvePhases',
        parts: parts * blocks * Math.ceil(panels / perPart),
        params,
        reads: [0, 3],
        writes: [2],
        ownBytes:
          LONG_TILE_BYTES + ROWS * COLUMNS * 4 + align(4 * depth * taps) + bytesOf([block.band, block.strip]),
        flops: flops * units,
      },
    ],
    scratch: [groups * panels * floats],
  };
}
