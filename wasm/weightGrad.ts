import { arg } from './args';
import { ceilDiv } from './ceilDiv';
import { depthwiseSums, isDepthwise } from './depthwise';
import { Conv, layFrame, tapsOf, writeSteps } from './frame';
import { lineSums } from './lineSums';
import { DOT_COLUMNS, DOT_ROWS, innerTile } from './tile';

/** The filters of a group that are so few are summed one by one: a tile of four would sum as many for nothing. */
const FEW = 2;

/** Panels of four filters of a part, and groups. */
const PANELS = Conv.more;
const GROUPS = Conv.more + 1;

/** Bytes of the sums of a panel: four filters for each tap, and for an odd number of taps one more. */
// @ts-ignore: decorator
@inline
function sumBytes(taps: i32): usize {
  return <usize>((taps + 1) & -DOT_COLUMNS) * DOT_ROWS * 4;
}

/**
 * The weight gradient summed over some blocks of images: s[part of the blocks, group, panel, (c,u,v), filter] =
 * Σ_{n,i,j} g[n,o,i,j] · x[n,c, i·sh + u·dh − top, j·sw + v·dw − left]. A block is a band of rows, and of those a strip.
 *
 * A part is some blocks, some groups and some panels of four filters. Arguments: x, g, s, s again, those of `Conv`, PANELS,
 * GROUPS.
 */
export function weightGradSums(args: usize, part: i32, own: usize): void {
  const groups = arg(args, Conv.groups);
  const rows = arg(args, Conv.rows);
  const width = arg(args, Conv.outWidth);
  const height = arg(args, Conv.outHeight);
  const band = arg(args, Conv.band);
  const strip = arg(args, Conv.strip);
  const panels = ceilDiv(rows, DOT_ROWS);
  const panelsPerPart = arg(args, PANELS);

  const chunks = ceilDiv(panels, panelsPerPart);
  const firstPanel = (part % chunks) * panelsPerPart;
  const lastPanel = min(panels, firstPanel + panelsPerPart);
  part /= chunks;
  const groupsPerPart = arg(args, GROUPS);
  const groupParts = ceilDiv(groups, groupsPerPart);
  const firstGroup = (part % groupParts) * groupsPerPart;
  const lastGroup = min(groups, firstGroup + groupsPerPart);
  part /= groupParts;
  const bands = ceilDiv(height, band);
  const strips = ceilDiv(width, strip);
  const first = part * arg(args, Conv.perPart);
  const last = min(arg(args, Conv.images) * bands * strips, first + arg(args, Conv.perPart));

  // The thread's memory: a tile, where taps lie, and the frame.
  const taps = tapsOf(args);
  const steps = own + 64;
  const frame = steps + ((<usize>taps * 4 + 63) & ~63);
  const bytes = sumBytes(taps);
  const planes = <usize>(arg(args, Conv.depth) * arg(args, Conv.height) * arg(args, Conv.width)) << 2;
  const pixels = <usize>(height * width) << 2;
  for (let index = first; index < last; index++) {
    const column = (index % strips) * strip;
    const columns = min(strip, width - column);
    const row = ((index / strips) % bands) * band;
    const count = min(band, height - row);
    writeSteps(args, count, columns, steps);
    // In g too the rows of a frame that is as wide as the image follow each other.
    const runs = strips == 1 ? 1 : count;
    const length = strips == 1 ? count * columns : columns;
    const inPlace = isDepthwise(args, columns);
    for (let group = firstGroup; group < lastGroup; group++) {
      const plane = (index / (strips * bands)) * groups + group;
      const g = <usize>arg(args, 1) + <usize>(plane * rows) * pixels + (<usize>(row * width + column) << 2);
      const sums = <usize>arg(args, 2) + <usize>((part * groups + group) * panels) * bytes;
      const image = <usize>arg(args, 0) + <usize>plane * planes;
      if (rows <= FEW) {
        for (let r = 0; r < rows; r++) {
          const from = g + <usize>r * pixels;
          const to = sums + (<usize>r << 2);
          if (inPlace && depthwiseSums(args, from, image, row, count, column, columns, to, index == first, frame)) continue;
          // What was tried has written into the frame.
          if (r == 0 || inPlace) layFrame(args, image, row, count, column, columns, frame);
          for (let run = 0; run < runs; run++) {
            const x = frame + (<usize>(run * columns) << 2);
            lineSums(from + (<usize>(run * width) << 2), x, steps, taps, length, to, index == first && run == 0, own);
          }
        }
        continue;
      }
      layFrame(args, image, row, count, column, columns, frame);
      for (let run = 0; run < runs; run++) {
        const from = g + (<usize>(run * width) << 2);
        const x = frame + (<usize>(run * columns) << 2);
        panelSums(
          from, pixels, rows, firstPanel, lastPanel, x, steps, taps, length, sums, index == first && run == 0, own,
        );
      }
    }
  }
}

/** Adds to the sums of some panels, or begins them, those of a run of pixels. */
function panelSums(
  g: usize, pixels: usize, rows: i32, firstPanel: i32, lastPanel: i32, x: usize, steps: usize, taps: i32, length: i32,
  sums: usize, isFirst: bool, own: usize,
): void {
  const bytes = sumBytes(taps);
  for (let tap = 0; tap < taps; tap += DOT_COLUMNS) {
    const b0 = x + load<u32>(steps + (<usize>tap << 2));
    const b1 = x + load<u32>(steps + (<usize>min(tap + 1, taps - 1) << 2));
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const left = rows - 1 - panel * DOT_ROWS;
      const a0 = g + <usize>(panel * DOT_ROWS) * pixels;
      const a1 = a0 + <usize>min(1, left) * pixels;
      const a2 = a0 + <usize>min(2, left) * pixels;
      const a3 = a0 + <usize>min(3, left) * pixels;
      innerTile(a0, a1, a2, a3, b0, b1, length, own);
      const to = sums + <usize>panel * bytes + <usize>(tap * DOT_ROWS) * 4;
      let s0 = v128.load(own);
      let s1 = v128.load(own, 16);
      if (!isFirst) {
        s0 = v128.add<f32>(s0, v128.load(to));
        s1 = v128.add<f32>(s1, v128.load(to, 16));
      }
      v128.store(to, s0);
      v128.store(to, s1, 16);
    }
  }
}

/**
 * dw[o,c,u,v] = Σ s[part of the bands, …]: adds all parts' sums, in order, and unpacks them. A part is a panel.
 *
 * Arguments: s, dw, parts of the bands, groups, filters of a group, taps.
 */
export function weightGradTotal(args: usize, part: i32, own: usize): void {
  const parts = arg(args, 2);
  const groups = arg(args, 3);
  const rows = arg(args, 4);
  const taps = arg(args, 5);
  const panels = ceilDiv(rows, DOT_ROWS);
  const bytes = sumBytes(taps);
  const group = part / panels;
  const first = (part % panels) * DOT_ROWS;
  const filters = min(DOT_ROWS, rows - first);
  const from = <usize>arg(args, 0) + <usize>part * bytes;
  const stride = <usize>(groups * panels) * bytes;
  const to = <usize>arg(args, 1) + (<usize>((group * rows + first) * taps) << 2);
  for (let tap = 0; tap < taps; tap++) {
    let at = from + (<usize>tap << 4);
    let sum = v128.load(at);
    for (let i = 1; i < parts; i++) {
      at += stride;
      sum = v128.add<f32>(sum, v128.load(at));
    }
    for (let r = 0; r < filters; r++) {
      store<f32>(to + (<usize>(r * taps + tap) << 2), v128.extract_lane<f32>(sum, 0));
      sum = v128.shuffle<f32>(sum, sum, 1, 2, 3, 3);
    }
  }
}
