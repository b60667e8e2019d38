// y[row, column] = Σₖ a[row, k] · b[k, column] for any factors whose elements lie at sums of strides: matrix
// products and all three kernels of a convolution. What is common to the tilings stands here;
// contractRegister.wgsl, contractWindow.wgsl, contractShared.wgsl and contractMatrix.wgsl include it. Built by
// engine/devices/webgpu/kernels/contraction.ts, which says what the fields mean. Where LONG a sum is taken over after
// every RUN products, since the rounding of a single accumulator grows with each. Strides may be negative: unsigned sums
// wrap around to the right place.

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
  images: u32, yStart: u32, flags: u32, aInner: u32,
  batchShape: array<vec4<u32>, 2>,
  aBatch: array<vec4<u32>, 2>,
  bBatch: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<RightElement>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@if(POOL) { @group(0) @binding(5) var<storage, read_write> place: array<i32>; }

// ⌊n/d⌋. Where SMALL, all n that are used are below 2²⁰, or a few past it: a division that is 2.5 units in the last place off, as it
// may be (https://www.w3.org/TR/WGSL/#floating-point-accuracy), is exact below 4/3 of that.
@if(SMALL) {
fn over(n: u32, d: u32) -> u32 { return u32((f32(n) + 0.5) * (1.0 / f32(d))); }
fn over4(n: vec4<u32>, d: u32) -> vec4<u32> { return vec4<u32>((vec4<f32>(n) + 0.5) * (1.0 / f32(d))); }
}
@if(!SMALL) {
// include quotient.wgsl
fn over(n: u32, d: u32) -> u32 { return quotient(n, d); }
fn over4(n: vec4<u32>, d: u32) -> vec4<u32> { return quotient4(n, d); }
}

// What `flags` says: of which factors steps lie side by side, so that neighbours bring neighbouring ones; and whether there
// is a bias, and relu.
const A_ALONG = 1u;
const B_ALONG = 2u;
const BIASED = 4u;
const RELU = 8u;

// Where a tile of the result stands.
struct Tile { row: u32, column: u32, batch: u32, split: u32 }

// The tile of a workgroup; those of one column share the larger factor, so they follow each other.
fn tileAt(workgroup: u32, tileRows: u32, tileColumns: u32) -> Tile {
  let index = p.firstTile + workgroup;
  let down = (p.rows + tileRows - 1u) / tileRows;
  let across = (p.columns + tileColumns - 1u) / tileColumns;
  let rest = over(index, down);
  let outer = over(rest, across);
  @if(BATCHES) { let batch = over(outer, p.splits); }
  @if(!BATCHES) { const batch = 0u; }
  return Tile((index - rest * down) * tileRows, (rest - outer * across) * tileColumns, batch, outer - batch * p.splits);
}

// Whether a workgroup has none: their grid may be larger.
fn isPast(tile: Tile) -> bool {
  @if(BATCHES) { return tile.batch >= p.batches; }
  @if(!BATCHES) { return tile.split >= p.splits; }
}

// The starts of both factors for one element of the batch.
fn startsOf(batch: u32) -> vec2<u32> {
  var starts = vec2<u32>(p.aStart, p.bStart);
  @if(BATCHES) {
    var rest = batch;
    for (var i = p.batchRank; i > 0u; i--) {
      let axis = i - 1u;
      let length = p.batchShape[axis >> 2u][axis & 3u];
      let along = rest % length;
      starts += along * vec2<u32>(p.aBatch[axis >> 2u][axis & 3u], p.bBatch[axis >> 2u][axis & 3u]);
      rest /= length;
    }
  }
  return starts;
}

// Four columns: where they lie in b and in y; past the border the last one again. They are neighbours, or with BLOCK a 2×2 block
// of pixels, which POOL makes one pooled pixel of, or with BY_IMAGES one pixel of four images, whose b lies side by side.
struct Columns { b: Places, y: vec4<u32>, place: u32 }

// With both, sixteen columns are a block of four images, of which `b` has the first pixel.
const COLUMN_BITS = select(0u, 2u, BLOCK) + select(0u, 2u, BY_IMAGES);

fn columnsAt(first: u32) -> Columns {
  const each = vec4<u32>(0u, 1u, 2u, 3u);
  @if(TOGETHER_COLUMNS) {
    let index = min(first >> COLUMN_BITS, (p.columns >> COLUMN_BITS) - 1u);
    let rest = over(index, p.columns2);
    let c0 = over(rest, p.columns1);
  }
  @if(!TOGETHER_COLUMNS) {
    let index = min(first + each, vec4<u32>(p.columns - 1u));
    let rest = over4(index, p.columns2);
    let c0 = over4(rest, p.columns1);
  }
  let c2 = index - rest * p.columns2;
  let c1 = rest - c0 * p.columns1;
  let b = c0 * p.bC0 + c1 * p.bC1 + c2 * p.bC2;
  let y = c0 * p.yC0 + c1 * p.yC1 + c2 * p.yC2;
  @if(BY_IMAGES) {
    let columns = Columns(b, y + min(each, vec4<u32>(p.images - 4u * c0 - 1u)) * p.yImage, 2u * (c1 * p.imageWidth + c2));
  }
  @if(IN_BLOCKS) {
    let columns = Columns(
      b + vec4<u32>(0u, p.bRight, p.bDown, p.bDown + p.bRight),
      y + vec4<u32>(0u, p.yRight, p.yDown, p.yDown + p.yRight),
      2u * (c1 * p.imageWidth + c2),
    );
  }
  @if(!TOGETHER_COLUMNS) { let columns = Columns(b, y, 0u); }
  return columns;
}

// What four sums of a row end in: bias and relu, as `flags` says.
fn ended(tile: Tile, row: u32, sum: vec4<f32>) -> vec4<f32> {
  let isBiased = (p.flags & BIASED) != 0u;
  let value = sum + select(0.0, bias[select(0u, tile.batch * p.rows + row, isBiased)], isBiased);
  return select(value, vec4<f32>(), (value <= vec4<f32>()) & vec4<bool>((p.flags & RELU) != 0u));
}

fn rowStart(tile: Tile, row: u32) -> u32 {
  return p.yStart + tile.split * p.ySplit + tile.batch * p.yBatch + row * p.yRow;
}

// Stores what is made of a row and four columns. What was made again past the border is stored again too, without a branch for
// each, which takes drivers longer to compile than all multiply-adds: of a row or a column that is what stands there already;
// of an image past the last it is not, so the first of four comes last.
fn put(start: u32, at: Columns, value: vec4<f32>) {
  y[start + at.y.w] = value.w;
  y[start + at.y.z] = value.z;
  y[start + at.y.y] = value.y;
  y[start + at.y.x] = value.x;
}

@if(POOL) {
fn isLater(value: vec4<f32>, best: vec4<f32>) -> vec4<bool> {
  return (value > best) | ((value != value) & (best == best));
}

// The largest pixels of four 2×2 windows, and their places in the image: a NaN counts as the largest, and the first maximum
// stays, as in maxPool2d.
struct Largest { value: vec4<f32>, place: vec4<i32> }

fn largest(at: u32, first: vec4<f32>, right: vec4<f32>, below: vec4<f32>, last: vec4<f32>) -> Largest {
  var best = first;
  var place = vec4<u32>(at);
  let isRight = isLater(right, best);
  best = select(best, right, isRight);
  place = select(place, vec4<u32>(at + 1u), isRight);
  let isBelow = isLater(below, best);
  best = select(best, below, isBelow);
  place = select(place, vec4<u32>(at + p.imageWidth), isBelow);
  let isLast = isLater(last, best);
  best = select(best, last, isLast);
  place = select(place, vec4<u32>(at + p.imageWidth + 1u), isLast);
  return Largest(best, vec4<i32>(place));
}
}

// Ends four sums of one row that is inside.
fn store(tile: Tile, row: u32, at: Columns, sum: vec4<f32>) {
  let value = ended(tile, row, sum);
  let start = rowStart(tile, row);
  @if(POOL) {
    let best = largest(at.place, value.xxxx, value.yyyy, value.zzzz, value.wwww);
    y[start + at.y.x] = best.value.x;
    place[start + at.y.x] = best.place.x;
  }
  @if(!POOL) { put(start, at, value); }
}

// With HALF factors are rounded to f16; sums are f32 either way. By this built-in, since a compiler may leave out a
// conversion to f16 and back (Mesa does).
fn factor(x: f32) -> f32 {
  @if(HALF) { return quantizeToF16(x); }
  @if(!HALF) { return x; }
}

fn factors(x: vec4<f32>) -> vec4<f32> {
  @if(HALF) { return quantizeToF16(x); }
  @if(!HALF) { return x; }
}

// In the place of a subgroup function where there are none.
fn own(value: f32, lane: u32) -> f32 { return value; }
