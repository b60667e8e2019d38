// Whether all of x is finite, by the bits of the exponent: a shader may assume that NaN and infinities do not occur.
// Each of `parts` workgroups scans a share and leaves 1 or 0; one more joins them.

struct Params { count: u32, parts: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> bad: array<u32, 64>;

// 1 when all 64 threads found nothing.
fn verdict(thread: u32, found: u32) -> f32 {
  bad[thread] = found;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) { bad[thread] |= bad[thread + half]; }
  }
  workgroupBarrier();
  return select(1.0, 0.0, bad[0] != 0u);
}

@compute @workgroup_size(64)
fn scan(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  var found = 0u;
  for (var i = group.x * 64u + thread; i < p.count; i += p.parts * 64u) {
    if ((x[i] & 0x7f800000u) == 0x7f800000u) { found = 1u; }
  }
  let result = verdict(thread, found);
  if (thread == 0u) { y[group.x] = result; }
}

@compute @workgroup_size(64)
fn join(@builtin(local_invocation_index) thread: u32) {
  var found = 0u;
  for (var i = thread; i < p.parts; i += 64u) {
    if (x[i] != bitcast<u32>(1.0)) { found = 1u; }
  }
  let result = verdict(thread, found);
  if (thread == 0u) { y[0] = result; }
}
