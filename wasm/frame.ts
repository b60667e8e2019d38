// Images as convolutions read them: each column of a window gets a copy of the image, moved by that column, so that the
// pixels which a tap meets lie side by side, from one row into the next (Cho and Brand, "MEC: memory-efficient
// convolution", 2017). Whatever the stride, four pixels are one load, and there is no gap at the end of a row.
//
// The copy for channel c and window column v has rows of W' pixels, x[c, row − top, j·sw + v·dw − left] for each j.
// Rows are sorted by their remainder modulo sh, so that those of one tap are neighbours too. A frame is laid for a band of
// rows, and of a wide image for a strip of columns: it does not grow with the image.
//
// In LeNet's second layer laying takes 5 % of the time, and 10 % for the gradient of its input; rows of one frame for
// all columns, 14 pixels in vectors of four, would make 14 % more products.
//
// The kernels that use it have the arguments of `enum Conv`.
import { arg } from './args';
import { ceilDiv } from './ceilDiv';

/** Where the arguments of a convolution stand. */
export const enum Conv {
  images = 4,
  depth,
  groups,
  height,
  width,
  outHeight,
  outWidth,
  kernelHeight,
  kernelWidth,
  strideY,
  strideX,
  dilationY,
  dilationX,
  top,
  left,
  /** Filters of a group; for the gradient of an input, channels of one. */
  rows,
  /** Rows of the output that are made at once, and columns: what their windows see fits into the thread's memory. */
  band,
  strip,
  /** Groups of images of a part, those of an image side by side; for the gradient of the weights, blocks of images. */
  perPart,
  /** The first argument that is not common to all. */
  more,
}

/** Rows of one remainder in the frame of `count` rows of the output. */
// @ts-ignore: decorator
@inline
function phaseRows(args: usize, count: i32): i32 {
  return count + ((arg(args, Conv.kernelHeight) - 1) * arg(args, Conv.dilationY)) / arg(args, Conv.strideY);
}

/** Bytes of one copy: an odd number of cache lines, so that copies do not all meet in the same lines of the cache. */
// @ts-ignore: decorator
@inline
export function copyBytes(rows: i32, columns: i32): i32 {
  return (((rows * columns + 15) >> 4) | 1) << 6;
}

/** The number of taps of a filter. */
// @ts-ignore: decorator
@inline
export function tapsOf(args: usize): i32 {
  return arg(args, Conv.depth) * arg(args, Conv.kernelHeight) * arg(args, Conv.kernelWidth);
}

/** Writes for each tap (c, u, v) where its first pixel lies in the frame of `count` rows of `columns`, in bytes. */
export function writeSteps(args: usize, count: i32, columns: i32, to: usize): void {
  const kernelWidth = arg(args, Conv.kernelWidth);
  const stride = arg(args, Conv.strideY);
  const rows = phaseRows(args, count);
  const bytes = copyBytes(rows * stride, columns);
  for (let c = 0; c < arg(args, Conv.depth); c++) {
    for (let u = 0; u < arg(args, Conv.kernelHeight); u++) {
      const y = u * arg(args, Conv.dilationY);
      const row = (y % stride) * rows + y / stride;
      for (let v = 0; v < kernelWidth; v++, to += 4) {
        store<i32>(to, (c * kernelWidth + v) * bytes + row * columns * 4);
      }
    }
  }
}

/** Lays `depth` planes from `from` into the frame for `count` rows and `columns` of the output, from (row, column) on. */
export function layFrame(
  args: usize, from: usize, row: i32, count: i32, column: i32, columns: i32, to: usize,
): void {
  const depth = arg(args, Conv.depth);
  const height = arg(args, Conv.height);
  const width = arg(args, Conv.width);
  const kernelWidth = arg(args, Conv.kernelWidth);
  const dilation = arg(args, Conv.dilationX);
  const strideY = arg(args, Conv.strideY);
  const strideX = arg(args, Conv.strideX);
  const rows = phaseRows(args, count);
  const bytes = copyBytes(rows * strideY, columns);
  const top = row * strideY - arg(args, Conv.top);
  const first = column * strideX - arg(args, Conv.left);
  const dense = strideY == 1 && strideX == 1;
  for (let c = 0; c < depth; c++, from += <usize>(height * width) << 2) {
    for (let v = 0, left = first; v < kernelWidth; v++, left += dilation, to += bytes) {
      if (dense) {
        layPlane(to, rows, columns, from, height, width, top, left);
        continue;
      }
      const begin = min(columns, left < 0 ? ceilDiv(-left, strideX) : 0);
      const end = max(begin, min(columns, ceilDiv(width - left, strideX)));
      let at = to;
      for (let phase = 0; phase < strideY; phase++) {
        for (let i = 0; i < rows; i++, at += <usize>columns << 2) {
          const y = top + phase + i * strideY;
          if (y < 0 || y >= height) clear(at, columns);
          else layRow(at, begin, end, columns, from + (<usize>(y * width + left) << 2), strideX);
        }
      }
    }
  }
}

/** Zeros, one vector at least; up to four more than asked for, where what follows is written later. */
// @ts-ignore: decorator
@inline
function clear(to: usize, length: i32): void {
  const end = to + (<usize>length << 2);
  do {
    v128.store(to, i32x4.splat(0));
    to += 16;
  } while (to < end);
}

/** Copies one vector at least, and all but the first to where vectors are aligned. */
// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, length: i32): void {
  const end = to + (<usize>length << 2);
  v128.store(to, v128.load(from));
  const first = 16 - (to & 15);
  for (to += first, from += first; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}

// @ts-ignore: decorator
@inline
function clearColumn(to: usize, stop: usize, line: usize): void {
  for (; to < stop; to += line) store<f32>(to, 0);
}

/** to[i,j] = from[i + top, j + left], and zero outside. */
export function layPlane(
  to: usize, rows: i32, columns: i32, from: usize, height: i32, width: i32, top: i32, left: i32,
): void {
  const firstRow = min(rows, max(0, -top));
  const lastRow = max(firstRow, min(rows, height - top));
  const begin = min(columns, max(0, -left));
  const end = max(begin, min(columns, width - left));
  if (firstRow == lastRow || begin == end) {
    clear(to, rows * columns);
    return;
  }
  clear(to, firstRow * columns);
  to += <usize>(firstRow * columns) << 2;
  from += ((firstRow + top) * width + begin + left) << 2;
  const line = <usize>columns << 2;
  const stop = to + <usize>(lastRow - firstRow) * line;
  // Vectors may write past what they are to write: what follows is written later.
  if (columns == width) {
    // The plane is just moved, and what came over from the row before or after is cleared, column by column.
    copy(to + (<usize>begin << 2), from, (lastRow - firstRow) * width - begin - (columns - end));
    for (let j = 0; j < begin; j++) clearColumn(to + (<usize>j << 2), stop, line);
    for (let j = end; j < columns; j++) clearColumn(to + (<usize>j << 2), stop, line);
  } else {
    for (; to < stop; to += line, from += <usize>width << 2) {
      clear(to, begin);
      copy(to + (<usize>begin << 2), from, end - begin);
      clear(to + (<usize>end << 2), columns - end);
    }
  }
  clear(stop, (rows - lastRow) * columns);
}

/** to[j] = from[j·stride] from `begin` up to `end`, and zero before and after. What follows is written later. */
// @ts-ignore: decorator
@inline
function layRow(to: usize, begin: i32, end: i32, length: i32, from: usize, stride: i32): void {
  if (begin > 0) clear(to, begin);
  if (stride == 2 && end - begin >= 4) {
    for (let next = begin; next < end; next += 4) {
      // The last four begin earlier where they would reach past the end.
      const j = <usize>min(next, end - 4);
      const pairs = v128.shuffle<f32>(v128.load(from + (j << 3)), v128.load(from + (j << 3), 16), 0, 2, 4, 6);
      v128.store(to + (j << 2), pairs);
    }
  } else {
    for (let j = begin; j < end; j++) store<f32>(to + (<usize>j << 2), load<f32>(from + (<usize>(j * stride) << 2)));
  }
  if (end < length) clear(to + (<usize>end << 2), length - end);
}
