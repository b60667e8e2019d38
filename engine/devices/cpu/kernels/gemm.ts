import type { TypedArray } from '../../../dtype.ts';

/**
 * Matrix products in plain typed arrays, blocked as in Goto and van de Geijn, "Anatomy of high-performance
 * matrix multiplication" (2008): both factors are first copied into panels of four rows, in the order in
 * which the inner loop reads them, and the inner loop keeps a 4×4 tile of the result in registers.
 *
 * A factor is read through two tables: its element (i, k) lies at rows[i] + terms[k]. So a transposed matrix,
 * and the patches of an image that a convolution multiplies (im2col), need no copy of their own.
 *
 * 4×4 on float32 panels: 5.6 GFLOP/s on one core of an AMD EPYC (Zen 5) with Node.js 20, where the triple
 * loop makes 1.5; float64 panels and tiles of 2×4 to 6×2 were within the noise or slower.
 */
export interface Factor {
  readonly data: TypedArray;
  readonly rows: Int32Array;
  readonly terms: Int32Array;
}

/** A factor laid out for the inner loop: panel p holds rows 4p … 4p+3, as four values for each term of the sum. */
export interface Panels {
  readonly data: Float32Array | Float64Array;
  readonly count: number;
  readonly depth: number;
}

/** Rows of one panel, and so the side of the register tile. */
const TILE = 4;

/** Panels of the left factor that are used together: 16 · 4 rows · 256 terms · 4 bytes fill 64 KiB of the L2. */
const BLOCK = 16;

/** 0, step, 2·step, …: the table of one index of an ordinary matrix. */
export const ramp = (count: number, step: number, start = 0): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => start + i * step);

/** Scratch memory that grows to the largest need and is used again; one for each use and float type. */
const scratch = new Map<string, Float32Array | Float64Array>();

export function scratchFor(use: string, like: TypedArray, length: number): Float32Array | Float64Array {
  const wide = like instanceof Float64Array;
  const key = `${use} ${wide}`;
  const before = scratch.get(key);
  if (before !== undefined && before.length >= length) return before;
  const made = wide ? new Float64Array(length) : new Float32Array(length);
  scratch.set(key, made);
  return made;
}

/** Copies a factor into panels; `at` moves the whole factor within its data. Short panels end in zeros. */
export function panelsOf(use: string, { data, rows, terms }: Factor, at = 0): Panels {
  const count = rows.length;
  const depth = terms.length;
  const out = scratchFor(use, data, Math.ceil(count / TILE) * TILE * depth);
  let to = 0;
  let i = 0;
  for (; i + TILE <= count; i += TILE) {
    const r0 = at + rows[i];
    const r1 = at + rows[i + 1];
    const r2 = at + rows[i + 2];
    const r3 = at + rows[i + 3];
    for (let k = 0; k < depth; k++) {
      const term = terms[k];
      out[to] = data[r0 + term];
      out[to + 1] = data[r1 + term];
      out[to + 2] = data[r2 + term];
      out[to + 3] = data[r3 + term];
      to += TILE;
    }
  }
  if (i < count) {
    for (let k = 0; k < depth; k++) {
      for (let r = 0; r < TILE; r++) out[to++] = i + r < count ? data[at + rows[i + r] + terms[k]] : 0;
    }
  }
  return { data: out, count, depth };
}

/** C[i,j] += Σₖ A[i,k]·B[j,k] for A and B in panels; element (i, j) of C lies at c[at + i·stride + j]. */
export function multiply(a: Panels, b: Panels, c: TypedArray, at: number, stride: number): void {
  const rowPanels = Math.ceil(a.count / TILE);
  const columnPanels = Math.ceil(b.count / TILE);
  const { depth } = a;
  for (let block = 0; block < rowPanels; block += BLOCK) {
    const end = Math.min(block + BLOCK, rowPanels);
    for (let q = 0; q < columnPanels; q++) {
      for (let p = block; p < end; p++) {
        const to = at + p * TILE * stride + q * TILE;
        const rows = a.count - p * TILE;
        const columns = b.count - q * TILE;
        if (rows >= TILE && columns >= TILE) {
          tile(a.data, p * TILE * depth, b.data, q * TILE * depth, depth, c, to, stride);
        } else {
          edge.fill(0);
          tile(a.data, p * TILE * depth, b.data, q * TILE * depth, depth, edge, 0, TILE);
          for (let i = 0; i < Math.min(rows, TILE); i++) {
            for (let j = 0; j < Math.min(columns, TILE); j++) c[to + i * stride + j] += edge[i * TILE + j];
          }
        }
      }
    }
  }
}

/** A tile at the border of C, of which only a part belongs to C. */
const edge = new Float64Array(TILE * TILE);

/** Adds a 4×4 tile to c: the sums stay in registers until the end. */
function tile(
  a: Float32Array | Float64Array,
  aAt: number,
  b: Float32Array | Float64Array,
  bAt: number,
  depth: number,
  c: TypedArray,
  at: number,
  stride: number,
): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  let c30 = 0;
  let c31 = 0;
  let c32 = 0;
  let c33 = 0;
  let i = aAt;
  let j = bAt;
  for (const end = aAt + TILE * depth; i < end; i += TILE, j += TILE) {
    const b0 = b[j];
    const b1 = b[j + 1];
    const b2 = b[j + 2];
    const b3 = b[j + 3];
    const a0 = a[i];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[i + 1];
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[i + 2];
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[i + 3];
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  let to = at;
  c[to] += c00;
  c[to + 1] += c01;
  c[to + 2] += c02;
  c[to + 3] += c03;
  to += stride;
  c[to] += c10;
  c[to + 1] += c11;
  c[to + 2] += c12;
  c[to + 3] += c13;
  to += stride;
  c[to] += c20;
  c[to + 1] += c21;
  c[to + 2] += c22;
  c[to + 3] += c23;
  to += stride;
  c[to] += c30;
  c[to + 1] += c31;
  c[to + 2] += c32;
  c[to + 3] += c33;
}
