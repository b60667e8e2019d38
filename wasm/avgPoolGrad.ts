// The way back from means, first across and then down: what a row of windows sends to a row of pixels is summed once, and
// each row of the image adds up those of the rows of windows that hold it. Sums are made in double precision, as on the device
// `cpu`. With a stride of 2 even and odd pixels are kept apart, so that neighbours get from neighbours (as in phases.ts).
// Arguments as in avgPool.ts, with g and dx.
import { arg } from './args';
import { counted } from './avgPool';
import { avgPoolGrad3x3 } from './avgPoolGrad3x3';
import { interleave } from './interleave';
import { pairsOf } from './pairs3x3';
import { rounded } from './simd';
import { is3x3 } from './windows3x3';

/** dx = Σ g / count over the windows that hold the pixel. */
export function avgPool2dGrad(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 2);
  const piece = arg(args, 3);
  const height = arg(args, 4);
  const width = arg(args, 5);
  const outHeight = arg(args, 6);
  const outWidth = arg(args, 7);
  const kernelHeight = arg(args, 8);
  const kernelWidth = arg(args, 9);
  const strideDown = arg(args, 10);
  const strideRight = arg(args, 11);
  const paddingTop = arg(args, 12);
  const paddingLeft = arg(args, 13);
  const dilationDown = arg(args, 14);
  const dilationRight = arg(args, 15);

  // The thread's memory: taps of each window across; where the rows that a pixel sees lie; the shares of a row of windows, with
  // zeros around them; what rows of windows send to pixels; and a row of pixels. As in kernels/pooling.ts.
  const phases = strideRight == 2 ? 2 : 1;
  const pixels = ((width + phases - 1) / phases + 3) & -4;
  const rowBytes = <usize>(phases * pixels) << 3;
  const reach = (kernelHeight - 1) * dilationDown;
  const ring = reach / strideDown + 1;
  const before = ((kernelWidth - 1) * dilationRight) / phases + 1;
  const shares = before + max(outWidth, pixels + paddingLeft + 1) + 4;
  const taps = own;
  const seen = taps + (<usize>outWidth << 3);
  const share = seen + (<usize>ring << 3);
  const sent = share + (<usize>shares << 3);
  const line = sent + <usize>ring * rowBytes;
  for (let j = 0; j < outWidth; j++) {
    const left = j * strideRight - paddingLeft;
    const count = counted(left, kernelWidth, dilationRight, width, arg(args, 17), arg(args, 18));
    store<f64>(taps + (<usize>j << 3), <f64>count);
  }
  memory.fill(share, 0, <usize>shares << 3);

  const first = part * piece;
  const last = min(planes, first + piece);
  const areApart =
    kernelHeight == strideDown && kernelWidth == strideRight && dilationDown == 1 && dilationRight == 1 &&
    paddingTop == 0 && paddingLeft == 0 && outHeight * kernelHeight <= height && outWidth * kernelWidth <= width;
  if (areApart) {
    spread(args, first, last, own);
    return;
  }
  const isHalving = strideDown == 2 && pairsOf(width, paddingLeft) >= 4 && is3x3(args, 4, 14, 12);
  for (let plane = first; plane < last; plane++) {
    let g = <usize>arg(args, 0) + (<usize>(plane * outHeight * outWidth) << 2);
    let dx = <usize>arg(args, 1) + (<usize>(plane * height * width) << 2);
    if (isHalving) {
      avgPoolGrad3x3(args, g, dx, own);
      continue;
    }
    // The next row of windows that has not been sent.
    let next = 0;
    for (let y = 0; y < height; y++, dx += <usize>width << 2) {
      const end = min(outHeight, (y + paddingTop) / strideDown + 1);
      for (; next < end; next++, g += <usize>outWidth << 2) {
        const top = next * strideDown - paddingTop;
        const rows = counted(top, kernelHeight, dilationDown, height, arg(args, 16), arg(args, 18));
        // Without any tap inside this is g/0, and nothing takes it.
        writeShares(share + (<usize>before << 3), g, outWidth, <f64>rows, taps);
        const to = sent + <usize>(next % ring) * rowBytes;
        for (let q: usize = 0; q < rowBytes; q += 16) v128.store(to + q, i32x4.splat(0));
        for (let v = 0; v < kernelWidth; v++) {
          const offset = v * dilationRight - paddingLeft;
          if (strideRight <= 2) addNeighbours(to, share + (<usize>before << 3), offset, phases, pixels);
          else addApart(to, share + (<usize>before << 3), outWidth, strideRight, offset, width);
        }
      }
      let count = 0;
      for (let window = max(0, end - ring); window < end; window++) {
        const above = y + paddingTop - window * strideDown;
        if (above > reach || above % dilationDown != 0) continue;
        store<usize>(seen + (<usize>count << 3), sent + <usize>(window % ring) * rowBytes);
        count++;
      }
      for (let q: usize = 0; q < rowBytes; q += 32) {
        let low = f64x2.splat(0);
        let high = low;
        for (let i = 0; i < count; i++) {
          const at = load<usize>(seen + (<usize>i << 3)) + q;
          low = f64x2.add(low, v128.load(at));
          high = f64x2.add(high, v128.load(at, 16));
        }
        v128.store(line + (q >> 1), rounded(low, high));
      }
      interleave(dx, width, line, <usize>pixels << 2, phases);
    }
  }
}

/**
 * Windows side by side, all inside the image: each pixel gets from one, so a row of pixels is made once for all rows of a window. The
 * quotient of two floats in double precision, rounded, is the one in single precision.
 */
function spread(args: usize, first: i32, last: i32, own: usize): void {
  const height = arg(args, 4);
  const width = arg(args, 5);
  const outHeight = arg(args, 6);
  const outWidth = arg(args, 7);
  const kernelHeight = arg(args, 8);
  const kernelWidth = arg(args, 9);
  const count = f32x4.splat(<f32>(kernelHeight * kernelWidth));
  const covered = outWidth * kernelWidth;
  const line = own + (<usize>(outWidth + 4) << 2);
  let g = <usize>arg(args, 0) + (<usize>(first * outHeight * outWidth) << 2);
  let dx = <usize>arg(args, 1) + (<usize>(first * height * width) << 2);
  for (let row = first * outHeight; row < last * outHeight; row++, g += <usize>outWidth << 2) {
    for (let j = 0; j < outWidth; j += 4) {
      // −0 becomes 0, as in a sum.
      const share = f32x4.add(f32x4.div(v128.load(g + (<usize>j << 2)), count), f32x4.splat(0));
      v128.store(own + (<usize>j << 2), share);
    }
    // Vectors may reach into what is written later.
    for (let j = 0, to = line; j < outWidth; j++, to += <usize>kernelWidth << 2) {
      const share = v128.load32_splat(own + (<usize>j << 2));
      for (let i = 0; i < kernelWidth; i += 4) v128.store(to + (<usize>i << 2), share);
    }
    for (let j = covered; j < width; j++) store<f32>(line + (<usize>j << 2), 0);
    for (let i = 0; i < kernelHeight; i++, dx += <usize>width << 2) interleave(dx, width, line, 0, 1);
    if ((row + 1) % outHeight != 0) continue;
    const rest = <usize>((height - outHeight * kernelHeight) * width) << 2;
    memory.fill(dx, 0, rest);
    dx += rest;
  }
}

/** What each pixel of a window gets: g / (rows·columns). */
function writeShares(to: usize, g: usize, windows: i32, rows: f64, columns: usize): void {
  const all = f64x2.splat(rows);
  let j = 0;
  for (; j + 4 <= windows; j += 4, to += 32, g += 16, columns += 32) {
    const four = v128.load(g);
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3));
    v128.store(to, f64x2.div(low, f64x2.mul(all, v128.load(columns))));
    v128.store(to, f64x2.div(high, f64x2.mul(all, v128.load(columns, 16))), 16);
  }
  for (; j < windows; j++, to += 8, g += 4, columns += 8) {
    store<f64>(to, <f64>load<f32>(g) / (rows * load<f64>(columns)));
  }
}

/** Windows 1 or 2 apart: pixel q of a phase gets from window q + shift, for the one phase in which this is a whole number. */
function addNeighbours(to: usize, share: usize, offset: i32, phases: i32, pixels: i32): void {
  // phase = offset mod phases, and phases·q + phase = phases·(q + shift) + offset.
  const phase = offset & (phases - 1);
  const shift = (phase - offset) / phases;
  to += <usize>(phase * pixels) << 3;
  share += <usize>shift << 3;
  for (const end = to + (<usize>pixels << 3); to < end; to += 16, share += 16) {
    v128.store(to, f64x2.add(v128.load(to), v128.load(share)));
  }
}

/** Windows farther apart send to one pixel each. */
function addApart(to: usize, share: usize, windows: i32, stride: i32, offset: i32, width: i32): void {
  for (let j = 0, x = offset; j < windows && x < width; j++, x += stride) {
    if (x < 0) continue;
    const at = to + (<usize>x << 3);
    store<f64>(at, load<f64>(at) + load<f64>(share + (<usize>j << 3)));
  }
}
