// What is made where Winograd's transforms would carry a number that is so large, or none, or the rounding of it, to results
// that do not see it: the definition, for four filters or channels at a time.
import { madd } from './simd';
import { packQuad, PITCH } from './quads';
import { PIXEL } from './width';
import { Block, Geometry, blockAt, eightFrom } from './winogradGeometry';

/** What four results are made of: filters lie `lane` apart and terms of the sum `term`, both counted in filters. */
export function gatherWeights(
  w: usize, lanes: i32, lane: i32, terms: i32, term: i32, area: i32, flipped: bool, to: usize,
): void {
  for (let s = 0; s < terms; s++) {
    for (let tap = 0; tap < area; tap++, to += 16) {
      const from = w + (<usize>(s * term * area + (flipped ? area - 1 - tap : tap)) << 2);
      v128.store(to, f32x4.splat(0));
      for (let l = 0; l < lanes; l++) {
        store<f32>(to + (<usize>l << 2), load<f32>(from + (<usize>(l * lane * area) << 2)));
      }
    }
  }
}

/**
 * quad[i, j] = max(floor, start + Σ source[s, top + i + u, left + j + v] · weights[s, u, v]) over the planes s of an image
 * and the taps inside of it; `start` is where four starts lie, 0 for none.
 */
export function directQuad(
  shape: Geometry, source: usize, planes: i32, height: i32, width: i32, top: i32, left: i32,
  weights: usize, start: usize, floor: f32, quad: usize, rows: i32, columns: i32,
): void {
  const taps = shape.size + 1 - shape.side;
  for (let i = 0; i < rows; i++, quad += PITCH) {
    // Four at a time where all columns of their windows are inside.
    const firstInside = min(columns, max(0, -left));
    const endInside = width - left - taps + 1;
    let j = 0;
    for (; j < firstInside; j++) {
      directOne(taps, source, planes, height, width, top + i, left + j, weights, start, floor, quad + <usize>j * PIXEL);
    }
    for (; j + 4 <= min(columns, endInside); j += 4) {
      directFour(taps, source, planes, height, width, top + i, left + j, weights, start, floor, quad + <usize>j * PIXEL);
    }
    for (; j < columns; j++) {
      directOne(taps, source, planes, height, width, top + i, left + j, weights, start, floor, quad + <usize>j * PIXEL);
    }
  }
}

// @ts-ignore: decorator
@inline
function startOf(start: usize): v128 {
  return start ? v128.load(start) : f32x4.splat(0);
}

/** Its number for the window that begins at this row and column. */
function directOne(
  taps: i32, source: usize, planes: i32, height: i32, width: i32, row: i32, column: i32,
  weights: usize, start: usize, floor: f32, to: usize,
): void {
  const first = max(0, -row);
  const end = min(taps, height - row);
  const plane = <usize>(height * width) << 2;
  let sum = startOf(start);
  for (let s = 0; s < planes; s++, source += plane, weights += <usize>(taps * taps) << 4) {
    for (let u = first; u < end; u++) {
      const line = source + (<usize>((row + u) * width + column) << 2);
      for (let v = max(0, -column); v < min(taps, width - column); v++) {
        const weight = v128.load(weights + (<usize>(u * taps + v) << 4));
        sum = madd(v128.load32_splat(line + (<usize>v << 2)), weight, sum);
      }
    }
  }
  v128.store(to, f32x4.pmax(sum, f32x4.splat(floor)));
}

/** The same for four windows side by side. */
function directFour(
  taps: i32, source: usize, planes: i32, height: i32, width: i32, row: i32, column: i32,
  weights: usize, start: usize, floor: f32, to: usize,
): void {
  const first = max(0, -row);
  const end = min(taps, height - row);
  const plane = <usize>(height * width) << 2;
  let sum0 = startOf(start);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  for (let s = 0; s < planes; s++, source += plane, weights += <usize>(taps * taps) << 4) {
    for (let u = first; u < end; u++) {
      let from = source + (<usize>((row + u) * width + column) << 2);
      let w = weights + (<usize>(u * taps) << 4);
      for (const endOfLine = from + (<usize>taps << 2); from < endOfLine; from += 4, w += 16) {
        const weight = v128.load(w);
        sum0 = madd(v128.load32_splat(from), weight, sum0);
        sum1 = madd(v128.load32_splat(from, 4), weight, sum1);
        sum2 = madd(v128.load32_splat(from, 8), weight, sum2);
        sum3 = madd(v128.load32_splat(from, 12), weight, sum3);
      }
    }
  }
  const least = f32x4.splat(floor);
  v128.store(to, f32x4.pmax(sum0, least));
  v128.store(to, f32x4.pmax(sum1, least), PIXEL);
  v128.store(to, f32x4.pmax(sum2, least), 2 * PIXEL);
  v128.store(to, f32x4.pmax(sum3, least), 3 * PIXEL);
}

/**
 * sums[o, tap, c] = Σ g[o, i, j] · x[c, i + u − top, j + v − left] over the blocks from first to end and the inputs that
 * are there, in the layout of u with taps in the place of points.
 */
export function directWeightSums(
  shape: Geometry, x: usize, g: usize, first: i32, end: i32, own: usize, sums: usize,
): void {
  const taps = shape.size + 1 - shape.side;
  const plane = <usize>(shape.height * shape.width) << 2;
  const outPlane = <usize>(shape.outHeight * shape.outWidth) << 2;
  for (let o = 0; o < shape.filters; o += 4) {
    const four = eightFrom(shape, sums, o) + (o & 4 ? 16 : 0);
    for (let i = first; i < end; i++) {
      const block = blockAt(shape, i, own);
      const top = block.firstRow * shape.side;
      const left = block.firstColumn * shape.side;
      const rows = min(block.rows * shape.side, shape.outHeight - top);
      const columns = min(block.columns * shape.side, shape.outWidth - left);
      packQuad(
        g + <usize>(block.image * shape.filters + o) * outPlane, min(4, shape.filters - o), shape.outHeight,
        shape.outWidth, top, left, own + shape.quad, rows, columns,
      );
      for (let c = 0; c < shape.channels; c++) {
        const image = x + <usize>(block.image * shape.channels + c) * plane;
        let to = four + (<usize>c << 5);
        for (let u = 0; u < taps; u++) {
          for (let v = 0; v < taps; v++, to += shape.uPoints) {
            const sum = tapSum(shape, image, top + u - shape.top, left + v - shape.left, own + shape.quad, rows, columns);
            v128.store(to, i == first ? sum : v128.add<f32>(v128.load(to), sum));
          }
        }
      }
    }
  }
}

/** Σ quad[i, j] · image[top + i, left + j] over what is inside of the image, row by row. */
function tapSum(
  shape: Geometry, image: usize, top: i32, left: i32, quad: usize, rows: i32, columns: i32,
): v128 {
  const firstColumn = max(0, -left);
  const endColumn = min(columns, shape.width - left);
  let sum = f32x4.splat(0);
  for (let i = max(0, -top), end = min(rows, shape.height - top); i < end; i++) {
    let from = image + (<usize>((top + i) * shape.width + left + firstColumn) << 2);
    const line = quad + <usize>i * PITCH;
    let ofRow = f32x4.splat(0);
    for (let j = firstColumn; j < endColumn; j++, from += 4) {
      ofRow = madd(v128.load32_splat(from), v128.load(line + <usize>j * PIXEL), ofRow);
    }
    sum = v128.add<f32>(sum, ofRow);
  }
  return sum;
}
