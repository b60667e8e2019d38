// sum, max and argmax over any axes. Some of the 64 threads of a workgroup, `threads`, make one output: they stride over
// the reduced index space, then combine their parts, always in the same order: sumTree.wgsl or, where all 64 make one,
// sumSubgroups.wgsl add `together`. Where outputs are many each has one thread: sumEach.wgsl, largestEach.wgsl.

// include longSum.wgsl
// include quotient.wgsl
// include real.wgsl

struct Params {
  outputs: u32,
  length: u32,
  keptRank: u32,
  walkedRank: u32,
  innerLength: u32,
  innerStride: u32,
  outerStride: u32,
  inverseInner: f32,
  parts: u32,
  threads: u32,
  keptShape: array<vec4<u32>, 2>,
  keptStrides: array<vec4<u32>, 2>,
  walkedShape: array<vec4<u32>, 2>,
  walkedStrides: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

var<workgroup> values: array<f32, 64>;
var<workgroup> places: array<u32, 64>;

fn keptOffset(index: u32) -> u32 {
  var rest = index;
  var offset = 0u;
  for (var n = p.keptRank; n > 0u; n--) {
    let axis = n - 1u;
    let length = p.keptShape[axis >> 2u][axis & 3u];
    let outer = quotient(rest, length);
    offset += (rest - outer * length) * p.keptStrides[axis >> 2u][axis & 3u];
    rest = outer;
  }
  return offset;
}

fn walkedOffset(index: u32) -> u32 {
  var rest = index;
  var offset = 0u;
  for (var n = p.walkedRank; n > 0u; n--) {
    let axis = n - 1u;
    let length = p.walkedShape[axis >> 2u][axis & 3u];
    let outer = quotient(rest, length);
    offset += (rest - outer * length) * p.walkedStrides[axis >> 2u][axis & 3u];
    rest = outer;
  }
  return offset;
}

// Which of the results a thread works on, and as which of its threads.
fn indexOf(group: u32, thread: u32) -> u32 { return group * (64u / p.threads) + thread / p.threads; }
fn laneOf(thread: u32) -> u32 { return thread & (p.threads - 1u); }

// The part of an output that a thread adds up, as lane `lane` of share `share`.
fn sumOf(base: u32, share: u32, lane: u32) -> f32 {
  let rows = p.length / p.innerLength;
  if (p.walkedRank <= 1u) { return sumRows(base, vec2<u32>(0u, 1u), vec2<u32>(share * p.threads + lane, p.threads * p.parts)); }
  if (p.walkedRank == 2u && p.innerLength >= p.threads && rows >= p.parts) {
    return sumRows(base, vec2<u32>(share, p.parts), vec2<u32>(lane, p.threads));
  }
  return sumFrom(base, share * p.threads + lane, p.threads * p.parts);
}

// The sum of rows and columns from a first one on in steps.
fn sumRows(base: u32, rows: vec2<u32>, columns: vec2<u32>) -> f32 {
  let count = p.length / p.innerLength;
  var sums = vec2<f32>();
  var block = 0.0;
  var added = 0u;
  var n = 0u;
  for (var row = rows.x; row < count; row += rows.y) {
    for (var first = columns.x; first < p.innerLength; first += columns.y * BLOCK) {
      let end = min(p.innerLength, first + columns.y * BLOCK);
      var at = base + row * p.outerStride + first * p.innerStride;
      for (var i = first; i < end; i += columns.y) {
        block += x[at];
        at += columns.y * p.innerStride;
        added++;
      }
      // Short rows make up a block together.
      if (added >= BLOCK / 2u) {
        sums = withBlock(sums, block, n);
        block = 0.0;
        added = 0u;
        n++;
      }
    }
  }
  return sums.y + (sums.x + block);
}

// The sum of every step-th input from `start` on, where rows are too short to be shared.
fn sumFrom(base: u32, start: u32, step: u32) -> f32 {
  let isSmall = p.walkedRank <= 2u && p.length < (1u << 21u);
  var sums = vec2<f32>();
  var n = 0u;
  for (var first = start; first < p.length; first += step * BLOCK) {
    let end = min(p.length, first + step * BLOCK);
    var block = 0.0;
    if (isSmall) {
      for (var i = first; i < end; i += step) {
        let outer = quotientSmall(i, p.inverseInner);
        block += x[base + outer * p.outerStride + (i - outer * p.innerLength) * p.innerStride];
      }
    } else {
      for (var i = first; i < end; i += step) { block += x[base + walkedOffset(i)]; }
    }
    sums = withBlock(sums, block, n);
    n++;
  }
  return sums.y + sums.x;
}

@compute @workgroup_size(64)
fn sum(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = indexOf(group.y * groups.x + group.x, thread);
  let isOne = index < p.outputs * p.parts;
  // Few long sums are shared by several workgroups each, whose parts are added afterwards.
  let share = index / p.outputs;
  let output = index - share * p.outputs;
  let lane = laneOf(thread);
  var part = 0.0;
  if (isOne) { part = sumOf(keptOffset(output), share, lane); }
  let total = together(part, thread);
  if (isOne && lane == 0u) { y[index] = bitcast<u32>(total); }
}

// True when (a, at i) goes before (b, at j): a NaN first, then the larger value, then the earlier place.
fn precedes(a: f32, i: u32, b: f32, j: u32) -> bool {
  let aNaN = isNaN(a);
  let bNaN = isNaN(b);
  if (aNaN || bNaN) { return aNaN && (!bNaN || i < j); }
  return a > b || (a == b && i < j);
}

// The largest of an output's inputs into values[thread] and its place among them into places[thread], for its lane 0.
fn largest(output: u32, thread: u32) {
  let base = keptOffset(min(output, p.outputs - 1u));
  let lane = laneOf(thread);
  var place = min(lane, p.length - 1u);
  var best = x[base + walkedOffset(place)];
  for (var i = lane + p.threads; i < p.length; i += p.threads) {
    let value = x[base + walkedOffset(i)];
    if (precedes(value, i, best, place)) { best = value; place = i; }
  }
  values[thread] = best;
  places[thread] = place;
  for (var half = p.threads / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half && precedes(values[thread + half], places[thread + half], values[thread], places[thread])) {
      values[thread] = values[thread + half];
      places[thread] = places[thread + half];
    }
  }
}

@compute @workgroup_size(64)
fn max(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let output = indexOf(group.y * groups.x + group.x, thread);
  largest(output, thread);
  if (output < p.outputs && laneOf(thread) == 0u) { y[output] = bitcast<u32>(values[thread]); }
}

@compute @workgroup_size(64)
fn argmax(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let output = indexOf(group.y * groups.x + group.x, thread);
  largest(output, thread);
  if (output < p.outputs && laneOf(thread) == 0u) { y[output] = places[thread]; }
}
