import type { MatmulAttrs } from '../../../ops/products.ts';
import { productOf } from '../../../ops/products.ts';
import { sizeOf } from '../../../shape.ts';
import type { Spec } from '../../launch.ts';
import { bitsOf } from '../../launch.ts';
import type { WasmKernel, WasmLaunch, WasmWork } from '../launch.ts';

/** Rows and columns of the widest outer tile, and steps summed at once, as in wasm/tile.ts and wasm/product.ts. */
const ROWS = 4;
const COLUMNS = 16;
const CHUNK = 512;

/** The largest block: 512 steps of 128 rows and, packed panel by panel, of 16 columns stay in a quarter of the L2 cache. */
const MOST_ROWS = 128;
const MOST_COLUMNS = 512;

/** A part is worth a thread's while from about 1 MFLOP, 20 microseconds. */
const PART = 1e6;
/** As many parts as keep several threads busy until the end. */
const PARTS = 16;

/** Sums longer than this are cut into pieces where there are few results, of which each piece then has a copy. */
const PIECE = 1024;
const FEW = 65536;

/**
 * Rows of k are packed for outer tiles from so many results on in each direction: with pairs of vectors those are 1.6 times as
 * fast as inner ones, and without as fast; from 1024³ on a fifth faster, since rows that are a power of two apart crowd each other
 * out of the caches.
 */
const PACKED = 32;

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/**
 * The blocks of `wanted` parts that read least, since each factor is read once for each block of the other; tiles, where
 * there are not as many parts in them.
 */
function blocksOf(m: number, n: number, wanted: number): { blockM: number; blockN: number } {
  let [rows, columns, reads] = [Math.ceil(m / ROWS), Math.ceil(n / COLUMNS), Infinity];
  const [mostRows, mostColumns] = [rows, columns];
  const fewest = Math.ceil(m / MOST_ROWS);
  for (let down = fewest; down <= Math.min(mostRows, fewest + wanted); down++) {
    const across = Math.max(Math.ceil(wanted / down), Math.ceil(n / MOST_COLUMNS));
    if (across > mostColumns || across * m + down * n >= reads) continue;
    [rows, columns, reads] = [down, across, across * m + down * n];
  }
  return {
    blockM: Math.ceil(m / rows / ROWS) * ROWS,
    blockN: Math.ceil(n / columns / COLUMNS) * COLUMNS,
  };
}

/** What productOf says of a product, with the ending of a linear layer. */
interface Product extends ReturnType<typeof productOf> {
  readonly relu: boolean;
  readonly bias: boolean;
}

function product({ m, n, k, batch, aBatch, bBatch, aStrides, bStrides, relu, bias }: Product): WasmWork {
  const batches = sizeOf(batch);
  const most = m * n * batches <= FEW ? PIECE : k;
  const piece = Math.ceil(k / Math.ceil(k / most) / ROWS) * ROWS;
  const pieces = Math.ceil(k / piece);
  const alongK = aStrides[1] === 1 && bStrides[0] === 1;
  // Outer tiles leave bias and relu to the sum of pieces.
  const isBare = pieces > 1 || !(bias || relu);
  const inner = alongK && !(isBare && Math.min(m, n) >= PACKED);
  const flops = 2 * batches * m * n * k;
  const wanted = Math.min(Math.ceil(flops / PART), PARTS);
  const { blockM, blockN } = blocksOf(m, n, Math.ceil(wanted / (batches * pieces)));
  const floor = bitsOf(relu ? 0 : -Infinity);
  const y = bias ? 3 : 2;
  const cut = pieces > 1;
  const longest = Math.min(CHUNK, piece);
  const launch: WasmLaunch = {
    kernel: inner ? 'innerProduct' : 'outerProduct',
    parts: Math.ceil(m / blockM) * Math.ceil(n / blockN) * pieces * batches,
    params: [
      ...[m, n, k, ...aStrides, ...bStrides],
      ...[cut ? bitsOf(-Infinity) : floor, Number(bias && !cut), blockM, blockN, piece],
      ...[batches, batch.length, ...batch, ...aBatch, ...bBatch],
    ],
    reads: bias ? [0, 1, 2] : [0, 1, 0],
    writes: [cut ? y + 1 : y],
    ownBytes: inner
      ? 64
      : align(4 * ROWS * COLUMNS) +
        align(4 * longest) +
        align(blockM * 4 * (longest + 1)) +
        COLUMNS * 4 * longest,
    flops,
  };
  if (!cut) return { launches: [launch], scratch: [] };
  const rows = batches * m;
  const rowsPerPart = Math.ceil(PART / 16 / (n * pieces));
  return {
    launches: [
      launch,
      {
        kernel: 'addPieces',
        parts: Math.ceil(rows / rowsPerPart),
        params: [pieces, rows, n, floor, Number(bias), rowsPerPart],
        reads: [y + 1, bias ? 2 : 0],
        writes: [y],
        note: 'total',
      },
    ],
    scratch: [pieces * rows * n],
  };
}

const nothing: WasmWork = { launches: [], scratch: [] };

/** An empty sum is left to the CPU kernel. */
const isEmpty = (inputs: readonly Spec[]): boolean => inputs.some(({ shape }) => sizeOf(shape) === 0);

export const matmul: WasmKernel<MatmulAttrs> = ([a, b], [y], attrs) => {
  if (sizeOf(y.shape) === 0) return nothing;
  if (isEmpty([a, b])) return null;
  return product({ ...productOf(a, b, attrs), relu: false, bias: false });
};

export const linear: WasmKernel<{ readonly relu: boolean }> = ([x, w], [y], { relu }) => {
  if (sizeOf(y.shape) === 0) return nothing;
  if (isEmpty([x, w])) return null;
  return product({ ...productOf(x, w, { transposeA: false, transposeB: true }), relu, bias: true });
};
