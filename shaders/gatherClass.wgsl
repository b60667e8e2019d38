// y[n,m] = x[n,label[n,m],m], and 0 where the label is ignored. A label out of range makes its place NaN.

struct Params { places: u32, classes: u32, inner: u32, ignoring: u32, ignored: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.places) { return; }
  let label = labels[i];
  // Bits, since WGSL has no NaN literal; a negative label is a large unsigned number.
  if (p.ignoring == 1u && label == p.ignored) {
    y[i] = 0u;
  } else if (label >= p.classes) {
    y[i] = 0x7fc00000u;
  } else {
    y[i] = bitcast<u32>(x[((i / p.inner) * p.classes + label) * p.inner + i % p.inner]);
  }
}
