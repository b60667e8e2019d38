import type {
  Conv2dAttrs,
  ConvInputGradAttrs,
  ConvReluAttrs,
  ConvWeightGradAttrs,
} from '../../../ops/convolution.ts';
import { planeOf, windowOutput } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import type { WasmKernel, WasmLaunch, WasmWork } from '../launch.ts';
import type { Geometry } from './convGeometry.ts';
import {
  backwardGeometry,
  fittingBand,
  forwardGeometry,
  frameBytes,
  geometryParams,
  tapsOf,
} from './convGeometry.ts';

/** Rows and columns of the widest outer tile, as in wasm/tile.ts; inner tiles have as many rows. */
const ROWS = 4;
const COLUMNS = 16;

/** What sums of many taps need besides, as in wasm/longTile.ts. */
const LONG_TILE_BYTES = 832;

/** A part is worth a thread's while from about 2 MFLOP, 40 microseconds. */
const PART = 2e6;
/** As many parts as keep several threads busy until the end. */
const PARTS = 16;

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Images of a part: enough work, but not fewer than eight parts because of it. */
const imagesOf = (images: number, flops: number): number =>
  Math.max(1, Math.min(Math.ceil(PART / flops), Math.floor(images / 8)));

/** Rows of a band, from the parts that images make and the work of a row: a part may as well be smaller than worth it. */
function bandOf(g: Geometry, parts: number, flopsPerRow: number, multiple: number): number {
  const enough = Math.ceil(PART / 2 / flopsPerRow);
  const most = Math.max(1, Math.floor(g.output[0] / Math.max(4, enough)));
  return fittingBand(g, Math.min(most, Math.ceil(PARTS / parts)), multiple);
}

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

  const height = pool ? g.output[0] - (g.output[0] % 2) : g.output[0];
  const perRow = 2 * g.rows * taps * g.output[1];
  const imagesPerPart = imagesOf(g.images, perRow * height);
  const parts = Math.ceil(g.images / imagesPerPart) * g.groups;
  // Where images do not make enough parts, bands of rows do, and then panels.
  const band = bandOf({ ...g, output: [height, g.output[1]] }, parts, perRow, pool ? 2 : 1);
  const bands = Math.ceil(height / band);
  const chunks = Math.min(
    panels,
    Math.ceil(PARTS / (parts * bands)),
    Math.ceil((perRow * band * imagesPerPart) / PART),
  );
  const perPart = Math.ceil(panels / chunks);
  // The rows of four filters that are to be pooled, or a tile.
  const columns = pool ? Math.ceil((band * g.output[1]) / COLUMNS) * COLUMNS : COLUMNS;

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
        parts: parts * bands * Math.ceil(panels / perPart),
        params: [
          ...geometryParams(g, band, imagesPerPart),
          ...[bitsOf(relu ? 0 : -Infinity), Number(pool), perPart],
        ],
        reads: [0, scratch],
        writes: outputs,
        ownBytes: LONG_TILE_BYTES + align(taps * 4) + ROWS * columns * 4 + frameBytes(g, band),
        flops: 2 * g.images * g.groups * g.rows * taps * height * g.output[1],
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
  const geometry = backwardGeometry(forwardGeometry(dx.shape, w.shape, planeOf(g.shape), attrs));
  return convolution(geometry, true, { bias: false, relu: false, pool: false });
};

/** The most parts into which bands are cut: as many copies of all sums are written, and added. */
const SUMS = 16;

export const conv2dWeightGrad: WasmKernel<ConvWeightGradAttrs> = ([x, g], [dw], attrs) => {
  if (sizeOf(dw.shape) === 0) return nothing;
  if (sizeOf(g.shape) === 0 || sizeOf(x.shape) === 0) return null;
  const geometry = forwardGeometry(x.shape, dw.shape, planeOf(g.shape), attrs);
  const { images, groups, rows, output } = geometry;
  const taps = tapsOf(geometry);
  const panels = Math.ceil(rows / ROWS);
  const flopsPerRow = 2 * rows * taps * output[1];
  const band = bandOf(geometry, images * groups, flopsPerRow, 1);
  const bands = images * Math.ceil(output[0] / band);
  const perPart = Math.max(imagesOf(bands, flopsPerRow * band), Math.ceil(bands / SUMS));
  const bandParts = Math.ceil(bands / perPart);
  const chunks = Math.min(
    panels,
    Math.ceil(PARTS / (bandParts * groups)),
    Math.ceil((flopsPerRow * band * perPart) / PART),
  );
  const panelsPerPart = Math.ceil(panels / chunks);
  const launch: WasmLaunch = {
    kernel: 'weightGradSums',
    parts: bandParts * groups * Math.ceil(panels / panelsPerPart),
    params: [...geometryParams(geometry, band, perPart), panelsPerPart],
    reads: [0, 1],
    writes: [3, 3],
    ownBytes: 64 + align(taps * 4) + frameBytes(geometry, band),
    flops: flopsPerRow * output[0] * images * groups,
  };
  return {
    launches: [
      launch,
      {
        kernel: 'weightGradTotal',
        parts: groups * panels,
        params: [bandParts, groups, rows, taps],
        reads: [3],
        writes: [2],
        note: 'total',
      },
    ],
    // Sums of four filters for each tap, and for an odd number of taps one more.
    scratch: [bandParts * groups * panels * ROWS * Math.ceil(taps / 2) * 2],
  };
};
