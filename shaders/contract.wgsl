// y[row, column] = Σₖ a[row, k] · b[k, column] for any factors whose elements lie at sums of strides: matrix
// products and all three kernels of a convolution. What is common to the tilings stands here;
// contractRegister.wgsl, contractWindow.wgsl, contractShared.wgsl and contractMatrix.wgsl include it. Built by
// engine/devices/webgpu/kernels/contraction.ts, which says what the fields mean. Where LONG is 1 a sum is taken over after
// every RUN products, since the rounding of a single accumulator grows with each. Strides may be negative: unsigned sums
// wrap around to the right place.

// include quotient.wgsl

struct Params {
  rows: u32, columns: u32, batches: u32, splits: u32,
  k0: u32, k1: u32, k2: u32, k0PerSplit: u32,
  aRow: u32, aK0: u32, aK1: u32, aK2: u32,
  bK0: u32, bK1: u32, bK2: u32, yRow: u32,
  columns1: u32, columns2: u32, bStart: u32, ySplit: u32,
  bC0: u32, bC1: u32, bC2: u32, bDown: u32,
  yC0: u32, yC1: u32, yC2: u32, bRight: u32,
  imageWidth: u32, batchRank: u32, yBatch: u32, aStart: u32,
  firstTile: u32, yDown: u32, yRight: u32, yImage: u32,
  images: u32,
  batchShape: array<vec4<u32>, 2>,
  aBatch: array<vec4<u32>, 2>,
  bBatch: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<RightElement>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
PLACE_BINDING

// Where a tile of the result stands.
struct Tile { row: u32, column: u32, batch: u32, split: u32 }

// The tile of a workgroup; those of one column share the larger factor, so they follow each other.
fn tileAt(workgroup: u32, tileRows: u32, tileColumns: u32) -> Tile {
  let index = p.firstTile + workgroup;
  let down = (p.rows + tileRows - 1u) / tileRows;
  let across = (p.columns + tileColumns - 1u) / tileColumns;
  let rest = quotient(index, down);
  let outer = quotient(rest, across);
  let batch = quotient(outer, p.splits);
  return Tile((index - rest * down) * tileRows, (rest - outer * across) * tileColumns, batch, outer - batch * p.splits);
}

// The starts of both factors for one element of the batch.
fn startsOf(batch: u32) -> vec2<u32> {
  var rest = batch;
  var starts = vec2<u32>(p.aStart, p.bStart);
  for (var i = p.batchRank; i > 0u; i--) {
    let axis = i - 1u;
    let length = p.batchShape[axis >> 2u][axis & 3u];
    let along = rest % length;
    starts += along * vec2<u32>(p.aBatch[axis >> 2u][axis & 3u], p.bBatch[axis >> 2u][axis & 3u]);
    rest /= length;
  }
  return starts;
}

// Four columns: where they lie in b and in y, and how many of them there are. They are neighbours, or with BLOCK a 2×2 block
// of pixels, which POOL makes one pooled pixel of, or with BY_IMAGES one pixel of four images, whose b lies side by side.
struct Columns { b: vec4<u32>, y: vec4<u32>, place: u32, count: u32 }

// With both, sixteen columns are a block of four images, of which `b` has the first pixel.
const TOGETHER_BITS = select(0u, 2u, BLOCK) + select(0u, 2u, BY_IMAGES);

fn columnsAt(first: u32) -> Columns {
  let last = (p.columns >> TOGETHER_BITS) - 1u;
  let each = select(first + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(first >> TOGETHER_BITS), BLOCK || BY_IMAGES);
  let index = min(each, vec4<u32>(last));
  let rest = quotient4(index, p.columns2);
  let c2 = index - rest * p.columns2;
  let c0 = quotient4(rest, p.columns1);
  let c1 = rest - c0 * p.columns1;
  var b = c0 * p.bC0 + c1 * p.bC1 + c2 * p.bC2;
  var y = c0 * p.yC0 + c1 * p.yC1 + c2 * p.yC2;
  var count = p.columns - first;
  if (BY_IMAGES) {
    y += vec4<u32>(0u, 1u, 2u, 3u) * p.yImage;
    count = p.images - 4u * c0.x;
  } else if (BLOCK) {
    b += vec4<u32>(0u, p.bRight, p.bDown, p.bDown + p.bRight);
    y += vec4<u32>(0u, p.yRight, p.yDown, p.yDown + p.yRight);
  }
  return Columns(b, y, 2u * (c1.x * p.imageWidth + c2.x), count);
}

fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

// What four sums of a row end in: bias and relu.
fn ended(tile: Tile, row: u32, sum: vec4<f32>) -> vec4<f32> {
  var value = sum;
  if (BIAS) { value += vec4<f32>(bias[tile.batch * p.rows + row]); }
  if (RELU) { value = select(value, vec4<f32>(), value <= vec4<f32>()); }
  return value;
}

fn rowStart(tile: Tile, row: u32) -> u32 { return tile.split * p.ySplit + tile.batch * p.yBatch + row * p.yRow; }

// Ends four sums of one row: bias, relu, pooling, and what lies past the border left out.
fn store(tile: Tile, row: u32, first: u32, at: Columns, sum: vec4<f32>) {
  if (row >= p.rows || first >= p.columns) { return; }
  let value = ended(tile, row, sum);
  let start = rowStart(tile, row);
  if (POOL) {
    // A NaN counts as the largest, and the first maximum stays, as in maxPool2d.
    var best = value.x;
    var which = 0u;
    if (value.y > best || (isNaN(value.y) && !isNaN(best))) { best = value.y; which = 1u; }
    if (value.z > best || (isNaN(value.z) && !isNaN(best))) { best = value.z; which = 2u; }
    if (value.w > best || (isNaN(value.w) && !isNaN(best))) { best = value.w; which = 3u; }
    y[start + at.y.x] = best;
    STORE_PLACE
    return;
  }
  y[start + at.y.x] = value.x;
  if (at.count > 1u) { y[start + at.y.y] = value.y; }
  if (at.count > 2u) { y[start + at.y.z] = value.z; }
  if (at.count > 3u) { y[start + at.y.w] = value.w; }
}

// With HALF factors are rounded to f16; sums are f32 either way. By this built-in, since a compiler may leave out a
// conversion to f16 and back (Mesa does).
fn factor(x: f32) -> f32 {
  if (HALF) { return quantizeToF16(x); }
  return x;
}

fn factors(x: vec4<f32>) -> vec4<f32> {
  if (HALF) { return quantizeToF16(x); }
  return x;
}

// In the place of a subgroup function where there are none.
fn own(value: f32, lane: u32) -> f32 { return value; }
