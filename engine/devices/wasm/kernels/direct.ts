import type {
  Conv2dAttrs,
  ConvInputGradAttrs,
  ConvReluAttrs,
  ConvWeightGradAttrs,
} from '../../../ops/convolution.ts';
import type { Pair } from '../../../ops/window.ts';
import { planeOf, windowOutput } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import type { WasmKernel, WasmLaunch, WasmWork } from '../launch.ts';
import {
  blockOf,
  blocksOf,
  COLUMNS,
  LONG_TILE_BYTES,
  PARTS,
  panelsPerPart,
  ROWS,
  unitsOf,
} from './convBlocks.ts';
import type { Geometry } from './convGeometry.ts';
import {
  align,
  backwardGeometry,
  forwardGeometry,
  frameBytes,
  geometryParams,
  tapsOf,
} from './convGeometry.ts';
import { halvingInputGrad, isHalving } from './halvingInputGrad.ts';
import { inputPhases } from './inputPhases.ts';

/** How filters lie, as packFilters reads them: for a gradient channel by channel, with the taps from the last to the first. */
function filterParams(g: Geometry, flipped: boolean): number[] {
  const taps = sizeOf(g.kernel);
  return flipped
    ? [g.depth * g.rows * taps, g.depth, taps, taps, g.rows * taps, -1, taps - 1]
    : [g.rows * g.depth * taps, g.depth, taps, g.depth * taps, taps, 1, 0];
}

interface Ending {
  readonly bias: boolean;
  readonly relu: boolean;
  readonly pool: boolean;
}

/** Packs filters, operand 1, then runs them over operand 0. */
function convolution(g: Geometry, flipped: boolean, { bias, relu, pool }: Ending): WasmWork {
  const inputs = bias ? 3 : 2;
  const outputs = pool ? [inputs, inputs + 1] : [inputs, inputs];
  const scratch = inputs + (pool ? 2 : 1);
  const taps = tapsOf(g);
  const panels = Math.ceil(g.rows / ROWS);
  const floats = (taps + 1) * ROWS;
  const packed = Math.max(1, Math.ceil(16384 / floats));

  const output: Pair = [pool ? g.output[0] - (g.output[0] % 2) : g.output[0], g.output[1]];
  const perRow = 2 * g.rows * taps * output[1];
  const units = g.images * g.groups;
  const unitsPerPart = unitsOf(units, perRow * output[0]);
  const parts = Math.ceil(units / unitsPerPart);
  // The rows of four filters that are to be pooled, or a tile.
  const pooledBytes = ([band, strip]: Pair) =>
    ROWS * 4 * (pool ? Math.ceil((band * strip) / COLUMNS) * COLUMNS : COLUMNS);
  const bytesOf = (block: Pair) => frameBytes(g, block) + pooledBytes(block);
  // Where images and their groups do not make enough parts, bands of rows do, and then panels.
  const block = blockOf(output, parts, perRow, pool ? 2 : 1, bytesOf);
  const blocks = blocksOf(output, block);
  const perPart = panelsPerPart(panels, parts * blocks, (perRow * output[0] * unitsPerPart) / blocks);

  return {
    launches: [
      {
        kernel: 'packFilters',
        parts: Math.ceil((g.groups * panels) / packed),
        params: [g.rows, g.groups, ...filterParams(g, flipped), Number(bias), packed],
        reads: [1, bias ? 2 : 1],
        writes: [scratch],
        note: 'filters',
      },
      {
        kernel: 'convolve',
        parts: parts * blocks * Math.ceil(panels / perPart),
        params: [
          ...geometryParams(g, block, unitsPerPart),
          ...[bitsOf(relu ? 0 : -Infinity), Number(pool), perPart],
        ],
        reads: [0, scratch],
        writes: outputs,
        ownBytes: LONG_TILE_BYTES + align(taps * 4) + bytesOf([block.band, block.strip]),
        flops: perRow * output[0] * units,
      },
    ],
    scratch: [g.groups * panels * floats],
  };
}

const nothing: WasmWork = { launches: [], scratch: [] };

export const conv2d: WasmKernel<Conv2dAttrs> = ([x, w, bias], [y], attrs) => {
  if (sizeOf(y.shape) === 0) return nothing;
  if (sizeOf(w.shape) === 0) return null;
  const geometry = forwardGeometry(x.shape, w.shape, planeOf(y.shape), attrs);
  return convolution(geometry, false, { bias: bias !== undefined, relu: false, pool: false });
};

export const convRelu: WasmKernel<ConvReluAttrs> = ([x, w], [y], attrs) => {
  if (sizeOf(y.shape) === 0) return nothing;
  if (sizeOf(w.shape) === 0) return null;
  const output = windowOutput('convRelu', planeOf(x.shape), planeOf(w.shape), attrs);
  const geometry = forwardGeometry(x.shape, w.shape, output, attrs);
  return convolution(geometry, false, { bias: true, relu: true, pool: attrs.pool });
};

export const conv2dInputGrad: WasmKernel<ConvInputGradAttrs> = ([g, w], [dx], attrs) => {
  if (sizeOf(dx.shape) === 0) return nothing;
  if (sizeOf(w.shape) === 0) return null;
  const forward = forwardGeometry(dx.shape, w.shape, planeOf(g.shape), attrs);
  if (isHalving(forward)) return halvingInputGrad(forward);
  if (attrs.stride.some((n) => n > 1)) return inputPhases(forward);
  return convolution(backwardGeometry(forward), true, { bias: false, relu: false, pool: false });
};

/** The most parts into which blocks of images are cut: as many copies of all sums are written, and added. */
const SUMS = 16;

export const conv2dWeightGrad: WasmKernel<ConvWeightGradAttrs> = ([x, g], [dw], attrs) => {
  if (sizeOf(dw.shape) === 0) return nothing;
  if (sizeOf(g.shape) === 0 || sizeOf(x.shape) === 0) return null;
  const geometry = forwardGeometry(x.shape, dw.shape, planeOf(g.shape), attrs);
  const { images, groups, rows, output } = geometry;
  const taps = tapsOf(geometry);
  const panels = Math.ceil(rows / ROWS);
  const flopsPerRow = 2 * rows * taps * output[1];
  const bytesOf = (block: Pair) => frameBytes(geometry, block);
  const block = blockOf(output, images * groups, flopsPerRow, 1, bytesOf);
  const blocks = images * blocksOf(output, block);
  const flops = flopsPerRow * output[0] * images;
  const perPart = Math.max(unitsOf(blocks, flops / blocks), Math.ceil(blocks / SUMS));
  const blockParts = Math.ceil(blocks / perPart);
  const chunk = panelsPerPart(panels, blockParts * groups, (flops / blocks) * perPart);
  // Groups lie side by side in an image.
  const groupsPerPart = Math.ceil(groups / Math.min(groups, Math.ceil(PARTS / blockParts)));
  const launch: WasmLaunch = {
    kernel: 'weightGradSums',
    parts: blockParts * Math.ceil(groups / groupsPerPart) * Math.ceil(panels / chunk),
    params: [...geometryParams(geometry, block, perPart), chunk, groupsPerPart],
    reads: [0, 1],
    writes: [3, 3],
    ownBytes: 64 + align(taps * 4) + bytesOf([block.band, block.strip]),
    flops: flops * groups,
  };
  return {
    launches: [
      launch,
      {
        kernel: 'weightGradTotal',
        parts: groups * panels,
        params: [blockParts, groups, rows, taps],
        reads: [3],
        writes: [2],
        note: 'total',
      },
    ],
    // Sums of four filters for each tap, and for an odd number of taps one more.
    scratch: [blockParts * groups * panels * ROWS * Math.ceil(taps / 2) * 2],
  };
};
