// The gradient of the input of a convolution with a stride. Pixels of the input whose places leave the same remainders by the
// stride, a phase, see the same taps, and all others see none of these: so each phase is a convolution of g with stride 1 and
// the taps of that phase, and no product has a factor that a spread-out g would have had zeros for. Along an axis
// dx[q·s + p] = Σ_u g[q + shift(u)]·w[u], over the taps u of phase p, where q + shift(u) = (q·s + p + before − u·d)/s.
// Frames are as in frame.ts, with a copy of g for each shift of a column, which phases share.
import { arg } from './args';
import { ceilDiv } from './ceilDiv';
import { convolveRun } from './convolveRun';
import { copyBytes, layPlane } from './frame';
import { interleave } from './interleave';
import { LONG_TILE_BYTES } from './longTile';
import { panelBytes } from './panels';
import { ROWS } from './tile';
import { COLUMNS } from './width';

/** Where the arguments of both kernels stand; the tables of phases, copies and taps follow. */
const enum Phased {
  images = 3,
  depth,
  groups,
  height,
  width,
  outHeight,
  outWidth,
  strideY,
  strideX,
  /** Channels of a group. */
  rows,
  /** Taps of a filter in one channel. */
  taps,
  /** Panels that a part of packPhases packs. */
  packed,
  /** Rows and columns of a phase that are made at once. */
  band,
  strip,
  perPart,
  panels,
  /** The first shift of a row, and how many rows of g a phase sees above its own. */
  firstShift,
  span,
  copies,
  /** The taps of each phase; the shift of each copy; and for each tap, phase by phase, its number, its copy and its row. */
  tables,
}

/** Words of a tap in the table. */
const TAP = 3;

/** Address of the shift of the first copy, and of the first tap. */
// @ts-ignore: decorator
@inline
function shiftsOf(args: usize): usize {
  return args + (<usize>(Phased.tables + arg(args, Phased.strideY) * arg(args, Phased.strideX)) << 2);
}

// @ts-ignore: decorator
@inline
function tapsOf(args: usize): usize {
  return shiftsOf(args) + (<usize>arg(args, Phased.copies) << 2);
}

/** The filters of a channel in panels of four channels, phase by phase; each panel begins with zeros. Arguments: w, panels twice. */
export function packPhases(args: usize, part: i32, own: usize): void {
  const rows = arg(args, Phased.rows);
  const depth = arg(args, Phased.depth);
  const taps = arg(args, Phased.taps);
  const perPart = arg(args, Phased.packed);
  const phases = arg(args, Phased.strideY) * arg(args, Phased.strideX);
  const perGroup = ceilDiv(rows, ROWS);
  const end = min(arg(args, Phased.groups) * perGroup, (part + 1) * perPart);
  for (let panel = part * perPart; panel < end; panel++) {
    const first = (panel % perGroup) * ROWS;
    const w = <usize>arg(args, 0) + (<usize>(((panel / perGroup) * depth * rows + first) * taps) << 2);
    let to = <usize>arg(args, 1) + <usize>panel * panelBytes(depth * taps);
    v128.store(to, f32x4.splat(0));
    let table = tapsOf(args);
    for (let phase = 0; phase < phases; phase++) {
      const count = arg(args, Phased.tables + phase);
      for (let o = 0; o < depth; o++) {
        for (let t = 0; t < count; t++) {
          to += ROWS * 4;
          const tap = load<i32>(table + <usize>(t * TAP * 4));
          for (let r = 0; r < ROWS; r++) {
            const from = w + (<usize>((o * rows + r) * taps + tap) << 2);
            store<f32>(to + (<usize>r << 2), first + r < rows ? load<f32>(from) : 0);
          }
        }
      }
      table += <usize>(count * TAP * 4);
    }
  }
}

/** Writes where the first pixel of each step lies in the frame, phase by phase, with copies of so many bytes. */
function writePhaseSteps(args: usize, bytes: i32, line: i32, to: usize): void {
  const depth = arg(args, Phased.depth);
  const copies = arg(args, Phased.copies);
  const phases = arg(args, Phased.strideY) * arg(args, Phased.strideX);
  let table = tapsOf(args);
  for (let phase = 0; phase < phases; phase++) {
    const count = arg(args, Phased.tables + phase);
    for (let o = 0; o < depth; o++) {
      for (let t = 0; t < count; t++, to += 4) {
        const at = table + <usize>(t * TAP * 4);
        store<i32>(to, (o * copies + load<i32>(at, 4)) * bytes + load<i32>(at, 8) * line);
      }
    }
    table += <usize>(count * TAP * 4);
  }
}

/**
 * dx[n,c, q·s + p] = Σ_{o, taps of phase p} g[n,o, q + shift]·w[o,c,tap]. A part is some groups of images, some panels of
 * four channels, a band of the rows of all phases, and a strip of their columns. Arguments: g, the panels of packPhases, dx.
 */
export function convolvePhases(args: usize, part: i32, own: usize): void {
  const groups = arg(args, Phased.groups);
  const depth = arg(args, Phased.depth);
  const rows = arg(args, Phased.rows);
  const height = arg(args, Phased.outHeight);
  const width = arg(args, Phased.outWidth);
  const strideY = arg(args, Phased.strideY);
  const strideX = arg(args, Phased.strideX);
  const band = arg(args, Phased.band);
  const strip = arg(args, Phased.strip);
  const panels = ceilDiv(rows, ROWS);
  const panelsPerPart = arg(args, Phased.panels);

  const phaseWidth = ceilDiv(width, strideX);
  const strips = ceilDiv(phaseWidth, strip);
  const column = (part % strips) * strip;
  const columns = min(strip, phaseWidth - column);
  part /= strips;
  const phaseHeight = ceilDiv(height, strideY);
  const bands = ceilDiv(phaseHeight, band);
  const row = (part % bands) * band;
  const count = min(band, phaseHeight - row);
  part /= bands;
  const chunks = ceilDiv(panels, panelsPerPart);
  const firstPanel = (part % chunks) * panelsPerPart;
  const lastPanel = min(panels, firstPanel + panelsPerPart);
  part /= chunks;
  const first = part * arg(args, Phased.perPart);
  const last = min(arg(args, Phased.images) * groups, first + arg(args, Phased.perPart));

  // The thread's memory: what long sums need, a tile, where taps lie, the phases of a row for four channels, and the frame.
  const taps = arg(args, Phased.taps);
  const pixels = count * columns;
  const pitch = <usize>((pixels + 15) & -16) << 2;
  const tile = own + LONG_TILE_BYTES;
  const steps = tile + ROWS * COLUMNS * 4;
  const block = steps + ((<usize>(depth * taps) * 4 + 63) & ~63);
  const frame = block + <usize>strideX * ROWS * pitch;
  const lines = count + arg(args, Phased.span);
  const bytes = copyBytes(lines, columns);
  writePhaseSteps(args, bytes, columns * 4, steps);

  const copies = arg(args, Phased.copies);
  const shifts = shiftsOf(args);
  const gHeight = arg(args, Phased.height);
  const gWidth = arg(args, Phased.width);
  const plane = <usize>(gHeight * gWidth) << 2;
  const top = row + arg(args, Phased.firstShift);
  const across = min(width - column * strideX, columns * strideX);
  for (let unit = first; unit < last; unit++) {
    const group = unit % groups;
    let g = <usize>arg(args, 0) + <usize>(unit * depth) * plane;
    for (let o = 0, to = frame; o < depth; o++, g += plane) {
      for (let copy = 0; copy < copies; copy++, to += bytes) {
        const left = column + load<i32>(shifts + (<usize>copy << 2));
        layPlane(to, lines, columns, g, gHeight, gWidth, top, left);
      }
    }
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const start = <usize>arg(args, 1) + <usize>(group * panels + panel) * panelBytes(depth * taps);
      const channel = unit * rows + panel * ROWS;
      const channels = min(ROWS, rows - panel * ROWS);
      let a = start + ROWS * 4;
      let at = steps;
      for (let phase = 0; phase < strideY; phase++) {
        for (let p = 0; p < strideX; p++) {
          const length = depth * arg(args, Phased.tables + phase * strideX + p);
          const to = block + <usize>(p * ROWS) * pitch;
          if (length == 0) memory.fill(to, 0, ROWS * pitch);
          else convolveRun(start, a, channels, frame, at, length, -Infinity, to, pitch, pixels, tile, own);
          a += <usize>(length * ROWS) << 2;
          at += <usize>length << 2;
        }
        for (let r = 0; r < channels; r++) {
          let from = block + <usize>r * pitch;
          for (let i = 0, y = row * strideY + phase; i < count && y < height; i++, y += strideY) {
            const pixel = ((channel + r) * height + y) * width + column * strideX;
            interleave(<usize>arg(args, 2) + (<usize>pixel << 2), across, from, ROWS * pitch, strideX);
            from += <usize>columns << 2;
          }
        }
      }
    }
  }
}
