// sum, max and argmax over any axes. One workgroup makes one output: its 64 threads stride over the reduced
// index space, then combine their parts, always in the same order: sumTree.wgsl or sumSubgroups.wgsl
// add `together`. Where outputs are many each has one thread: sumEach, maxEach and argmaxEach.

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


// The sum of every step-th input from `start` on.
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
  let index = group.y * groups.x + group.x;
  if (index >= p.outputs * p.parts) { return; }
  // Few long sums are shared by several workgroups each, whose parts are added afterwards.
  let share = index / p.outputs;
  let output = index - share * p.outputs;
  let part = sumFrom(keptOffset(output), share * 64u + thread, 64u * p.parts);
  let total = together(part, thread);
  if (thread == 0u) { y[index] = bitcast<u32>(total); }
}

// True when (a, at i) goes before (b, at j): a NaN first, then the larger value, then the earlier place.
fn precedes(a: f32, i: u32, b: f32, j: u32) -> bool {
  let aNaN = isNaN(a);
  let bNaN = isNaN(b);
  if (aNaN || bNaN) { return aNaN && (!bNaN || i < j); }
  return a > b || (a == b && i < j);
}

// The largest of an output's inputs into values[0] and its place among them into places[0].
fn largest(base: u32, thread: u32) {
  var best = x[base + walkedOffset(min(thread, p.length - 1u))];
  var place = min(thread, p.length - 1u);
  for (var i = thread + 64u; i < p.length; i += 64u) {
    let value = x[base + walkedOffset(i)];
    if (precedes(value, i, best, place)) { best = value; place = i; }
  }
  values[thread] = best;
  places[thread] = place;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half && precedes(values[thread + half], places[thread + half], values[thread], places[thread])) {
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
  let output = group.y * groups.x + group.x;
  if (output >= p.outputs) { return; }
  largest(keptOffset(output), thread);
  if (thread == 0u) { y[output] = bitcast<u32>(values[0]); }
}

@compute @workgroup_size(64)
fn argmax(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let output = group.y * groups.x + group.x;
  if (output >= p.outputs) { return; }
  largest(keptOffset(output), thread);
  if (thread == 0u) { y[output] = places[0]; }
}

@compute @workgroup_size(64)
fn sumEach(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.outputs) { return; }
  y[output] = bitcast<u32>(sumFrom(keptOffset(output), 0u, 1u));
}

// Where input number i of an output lies.
fn inputAt(base: u32, i: u32) -> u32 {
  if (p.walkedRank > 1u) { return base + walkedOffset(i); }
  return base + i * p.innerStride;
}

// The place of an output's largest input.
fn largestOf(base: u32) -> u32 {
  var best = x[inputAt(base, 0u)];
  var place = 0u;
  for (var i = 1u; i < p.length; i++) {
    let value = x[inputAt(base, i)];
    if (precedes(value, i, best, place)) { best = value; place = i; }
  }
  return place;
}

@compute @workgroup_size(64)
fn maxEach(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.outputs) { return; }
  let base = keptOffset(output);
  y[output] = bitcast<u32>(x[inputAt(base, largestOf(base))]);
}

@compute @workgroup_size(64)
fn argmaxEach(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.outputs) { return; }
  y[output] = largestOf(keptOffset(output));
}
