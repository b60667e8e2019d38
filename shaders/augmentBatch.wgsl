// x[i, channel, pixel] = levels[256 · channel + byte of image order[cursor + i] as it is distorted]: a workgroup for each
// image. Its threads draw the random words together, one of them makes the geometry of these, and then all go through the
// pixels, each of which has one place in the source for all channels.
//
// Integers only, in the formats and with the roundings of engine/kernels/augment/{draw,distort}.ts, where each step is
// explained: what is written here must come to the same bits.

// include philox.wgsl

struct Params {
  batch: u32, size: i32, channels: u32, words: u32, count: u32, length: u32,
  stream: u32, rotation: i32, shear: i32, scale: i32, shift: i32, elastic: i32, stroke: i32, erase: u32, eraseSide: i32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> cursor: array<u32>;
@group(0) @binding(5) var<storage, read> levels: array<f32>;
@group(0) @binding(6) var<storage, read> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> x: array<f32>;
@group(0) @binding(8) var<storage, read_write> label: array<u32>;

const CELLS = 4;
const POINTS = 7;
const BLOCKS = 16u;
const FIRST_POINT = 12u;

// Of the image at hand.
var<workgroup> words: array<u32, 64>;
var<workgroup> points: array<vec2<i32>, 49>;
var<workgroup> toSource: vec4<i32>;
var<workgroup> origin: vec2<i32>;
var<workgroup> stroke: i32;
// Left, top, right, bottom.
var<workgroup> erased: vec4<i32>;

fn upper(i: u32) -> i32 { return i32(words[i] >> 20u); }
fn lower(i: u32) -> i32 { return i32((words[i] >> 8u) & 4095u); }

fn spread(bits: i32, limit: i32) -> i32 { return ((2 * bits - 4095) * limit + 2048) >> 12u; }

fn sine(theta: i32) -> i32 {
  let square = (theta * theta) >> 15u;
  let inner = 32768 - square / 42;
  let middle = 32768 - ((square * inner) >> 15u) / 20;
  let outer = 32768 - ((square * middle) >> 15u) / 6;
  return (theta * outer) >> 15u;
}

fn cosine(theta: i32) -> i32 {
  let square = (theta * theta) >> 15u;
  let inner = 32768 - square / 30;
  let outer = 32768 - ((square * inner) >> 15u) / 12;
  return 32768 - (((square * outer) >> 15u) >> 1u);
}

fn shrink(t: i32) -> i32 {
  if (t >= 0) { return (1 << 30u) / (32768 + t); }
  return 32768 - t;
}

fn makeGeometry() {
  let theta = spread(upper(0u), p.rotation);
  let shear = spread(upper(1u), p.shear);
  let shrinkX = shrink(spread(upper(2u), p.scale));
  let shrinkY = shrink(spread(upper(3u), p.scale));
  let shiftX = spread(upper(4u), p.shift);
  let shiftY = spread(upper(5u), p.shift);
  let sin = sine(theta);
  let cos = cosine(theta);
  let m = vec4<i32>(
    ((cos + ((shear * sin) >> 15u)) * shrinkX) >> 15u,
    ((sin - ((shear * cos) >> 15u)) * shrinkX) >> 15u,
    (-sin * shrinkY) >> 15u,
    (cos * shrinkY) >> 15u,
  );
  let centre = (p.size - 1) << 15u;
  toSource = m;
  origin = vec2<i32>(
    centre - (((m.x >> 3u) * shiftX + (m.y >> 3u) * shiftY) >> 2u),
    centre - (((m.z >> 3u) * shiftX + (m.w >> 3u) * shiftY) >> 2u),
  );
  stroke = spread(upper(6u), p.stroke);
  erased = vec4<i32>(0);
  if (words[7] >> 20u < p.erase && p.eraseSide > 0) {
    let width = 1 + ((upper(8u) * p.eraseSide) >> 12u);
    let height = 1 + ((upper(9u) * p.eraseSide) >> 12u);
    let left = (upper(10u) * (p.size - width + 1)) >> 12u;
    let top = (upper(11u) * (p.size - height + 1)) >> 12u;
    erased = vec4<i32>(left, top, left + width, top + height);
  }
}

// A byte of the channel that begins at byte `first`; 0 outside of it.
fn byteAt(first: u32, column: i32, row: i32) -> i32 {
  if (column < 0 || column >= p.size || row < 0 || row >= p.size) { return 0; }
  let k = first + u32(row * p.size + column);
  return i32((images[k >> 2u] >> (8u * (k & 3u))) & 255u);
}

// The same after strokes have been made thicker or thinner.
fn strokeAt(first: u32, column: i32, row: i32) -> i32 {
  let value = byteAt(first, column, row);
  if (stroke == 0 || column < 0 || column >= p.size || row < 0 || row >= p.size) { return value; }
  var brightest = value;
  var darkest = value;
  for (var k = 0; k < 4; k++) {
    // Left, above, below, right.
    let step = (k & 2) - 1;
    let isAcross = k == 0 || k == 3;
    let other = byteAt(first, column + select(0, step, isAcross), row + select(step, 0, isAcross));
    brightest = max(brightest, other);
    darkest = min(darkest, other);
  }
  if (stroke > 0) { return value + (((brightest - value) * stroke + 128) >> 8u); }
  return value - (((value - darkest) * -stroke + 128) >> 8u);
}

struct Spline { cell: i32, weights: vec4<i32> }

fn splineAt(at: i32) -> Spline {
  let along = CELLS * (2 * at + 1);
  let f = (256 * (along % (2 * p.size)) + p.size) / (2 * p.size);
  let g = 256 - f;
  let first = (g * g * g + 49152) / 98304;
  let second = ((3 * f - 1536) * f * f + 67108864 + 49152) / 98304;
  let fourth = (f * f * f + 49152) / 98304;
  return Spline(along / (2 * p.size), vec4<i32>(first, second, 1024 - first - second - fourth, fourth));
}

// Along x and y.
fn displacement(column: Spline, row: Spline) -> vec2<i32> {
  var sum = vec2<i32>(0);
  for (var i = 0; i < 4; i++) {
    let at = (row.cell + i) * POINTS + column.cell;
    let w = column.weights;
    let inRow = w.x * points[at] + w.y * points[at + 1] + w.z * points[at + 2] + w.w * points[at + 3];
    sum += row.weights[i] * (inRow >> vec2<u32>(6u));
  }
  return sum >> vec2<u32>(6u);
}

fn isErased(column: i32, row: i32) -> bool {
  return column >= erased.x && column < erased.z && row >= erased.y && row < erased.w;
}

// Where an output pixel lies in the source, Q8.
fn placeOf(column: i32, row: i32) -> vec2<i32> {
  let u = 2 * column - (p.size - 1);
  let v = 2 * row - (p.size - 1);
  var exact = origin + vec2<i32>(toSource.x * u + toSource.y * v, toSource.z * u + toSource.w * v);
  if (p.elastic > 0) { exact += displacement(splineAt(column), splineAt(row)); }
  return clamp((exact + vec2<i32>(128)) >> vec2<u32>(8u), vec2<i32>(-256), vec2<i32>(256 * p.size));
}

// The byte at a place of a channel, between four pixels.
fn between(first: u32, place: vec2<i32>) -> u32 {
  let corner = place >> vec2<u32>(8u);
  let f = place & vec2<i32>(255);
  var sum = 32768;
  for (var k = 0; k < 4; k++) {
    let step = vec2<i32>(k & 1, k >> 1u);
    let share = select(256 - f, f, step == vec2<i32>(1));
    sum += share.x * share.y * strokeAt(first, corner.x + step.x, corner.y + step.y);
  }
  return u32(sum >> 16u);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = group.y * groups.x + group.x;
  let place = (cursor[0] + i) % p.length;
  if (thread < BLOCKS) {
    let block = philox(vec4<u32>(thread, p.stream, state[2], place), vec2<u32>(state[0], state[1]));
    for (var k = 0u; k < 4u; k++) { words[4u * thread + k] = block[k]; }
  }
  workgroupBarrier();
  if (thread < 49u) {
    let at = FIRST_POINT + thread;
    points[thread] = vec2<i32>(spread(upper(at), p.elastic), spread(lower(at), p.elastic));
  }
  if (thread == 64u) { makeGeometry(); }
  workgroupBarrier();
  if (i >= p.batch) { return; }
  // A negative index is a large unsigned one, so one comparison checks both ends.
  let j = order[place];
  let inside = j < p.count;
  if (thread == 0u) { label[i] = select(0u, labels[min(j, p.count - 1u)], inside); }
  let plane = u32(p.size * p.size);
  for (var k = thread; k < plane; k += 256u) {
    let column = i32(k) % p.size;
    let row = i32(k) / p.size;
    let isBlack = isErased(column, row);
    let source = placeOf(column, row);
    for (var channel = 0u; channel < p.channels; channel++) {
      var value = 0.0;
      if (inside) {
        var byte = 0u;
        if (!isBlack) { byte = between(4u * j * p.words + channel * plane, source); }
        value = levels[256u * channel + byte];
      }
      x[(i * p.channels + channel) * plane + k] = value;
    }
  }
}
