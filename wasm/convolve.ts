import { arg, floatArg } from './args';
import { ceilDiv } from './ceilDiv';
import { convolveRun, convolveTile } from './convolveRun';
import { depthwiseRows, isDepthwise } from './depthwise';
import { Conv, layFrame, tapsOf, writeSteps } from './frame';
import { LONG_TILE_BYTES } from './longTile';
import { panelBytes } from './panels';
import { poolRows } from './pool';
import { ROWS } from './tile';
import { COLUMNS } from './width';

/** Where the arguments stand that only this kernel has. */
const enum More {
  /** Below it a result becomes it: 0 for relu, −∞ for none. */
  floor = Conv.more,
  /** Whether 2×2 windows of the result are pooled. */
  pool,
  /** Panels of a part. */
  panels,
}

/**
 * y[n,o,i,j] = max(floor, bias[o] + Σ_{c,u,v} x[n,c, i·sh + u·dh − top, j·sw + v·dw − left] · w[o,c,u,v]), and with
 * `pool` the maximum of each 2×2 window of that and its place.
 *
 * A part is some groups of images, some panels of four filters, a band of rows, and a strip of columns. Arguments: x, the
 * panels of packFilters, y, the places (y again without pooling), those of `Conv` and of `More`.
 */
export function convolve(args: usize, part: i32, own: usize): void {
  const images = arg(args, Conv.images);
  const groups = arg(args, Conv.groups);
  const rows = arg(args, Conv.rows);
  const width = arg(args, Conv.outWidth);
  const pool = arg(args, More.pool);
  // Of an odd number of rows pooling leaves out the last.
  const height = pool ? arg(args, Conv.outHeight) & ~1 : arg(args, Conv.outHeight);
  const band = arg(args, Conv.band);
  const strip = arg(args, Conv.strip);
  const panels = ceilDiv(rows, ROWS);
  const panelsPerPart = arg(args, More.panels);

  const strips = ceilDiv(width, strip);
  const firstColumn = (part % strips) * strip;
  const columns = min(strip, width - firstColumn);
  part /= strips;
  const bands = ceilDiv(height, band);
  const firstRow = (part % bands) * band;
  const count = min(band, height - firstRow);
  part /= bands;
  const chunks = ceilDiv(panels, panelsPerPart);
  const firstPanel = (part % chunks) * panelsPerPart;
  const lastPanel = min(panels, firstPanel + panelsPerPart);
  part /= chunks;
  const first = part * arg(args, Conv.perPart);
  const last = min(images * groups, first + arg(args, Conv.perPart));

  // The thread's memory: what long sums need, where taps lie, the rows of four filters that are to be pooled (or a tile), and the frame.
  const depth = tapsOf(args);
  const pixels = count * columns;
  const pitch = <usize>((pixels + COLUMNS - 1) & -COLUMNS) << 2;
  const steps = own + LONG_TILE_BYTES;
  const block = steps + ((<usize>depth * 4 + 63) & ~63);
  const frame = block + (pool ? ROWS * pitch : ROWS * COLUMNS * 4);
  writeSteps(args, count, columns, steps);

  const floor = floatArg(args, More.floor);
  const plane = <usize>(arg(args, Conv.depth) * arg(args, Conv.height) * arg(args, Conv.width)) << 2;
  const outPixels = arg(args, Conv.outHeight) * width;
  const line = <usize>outPixels << 2;
  const pooledWidth = width >> 1;
  const pooledPixels = (height >> 1) * pooledWidth;
  const bytes = panelBytes(depth);
  // In y too the rows of a frame that is as wide as the image follow each other.
  const runs = strips == 1 ? 1 : count;
  const length = strips == 1 ? pixels : columns;
  const inPlace = !pool && isDepthwise(args, columns);
  for (let unit = first; unit < last; unit++) {
    const group = unit % groups;
    const x = <usize>arg(args, 0) + <usize>unit * plane;
    if (!inPlace) layFrame(args, x, firstRow, count, firstColumn, columns, frame);
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const filter = unit * rows + panel * ROWS;
      const filters = min(ROWS, rows - panel * ROWS);
      const start = <usize>arg(args, 1) + <usize>(group * panels + panel) * bytes;
      const a = start + ROWS * 4;
      if (pool) {
        for (let at: usize = 0; at < pitch; at += COLUMNS * 4) {
          convolveTile(start, a, frame + at, steps, depth, floor, block + at, pitch, own);
        }
        const to = <usize>(filter * pooledPixels + (firstRow >> 1) * pooledWidth + (firstColumn >> 1)) << 2;
        poolRows(
          block, pitch, filters, columns, count, firstRow * width + firstColumn, width,
          <usize>arg(args, 2) + to, <usize>arg(args, 3) + to, <usize>pooledWidth << 2, <usize>pooledPixels << 2,
        );
        continue;
      }
      let y = <usize>arg(args, 2) + (<usize>(filter * outPixels + firstRow * width + firstColumn) << 2);
      if (inPlace) {
        for (let r: usize = 0; r < <usize>filters << 2; r += 4, y += line) {
          depthwiseRows(args, start + r, a + r, x, firstRow, count, firstColumn, columns, floor, y, frame);
        }
        continue;
      }
      let from = frame;
      for (let run = 0; run < runs; run++, y += <usize>width << 2, from += <usize>columns << 2) {
        convolveRun(start, a, filters, from, steps, depth, floor, y, line, length, block, own);
      }
    }
  }
}
