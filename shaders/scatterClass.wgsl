// y[n,c,m] = g[n,m] where c is label[n,m] and is not ignored, else 0: one thread per output.

struct Params { places: u32, classes: u32, inner: u32, ignoring: u32, ignored: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.places) { return; }
  let c = (i / p.inner) % p.classes;
  let place = (i / (p.inner * p.classes)) * p.inner + i % p.inner;
  let label = labels[place];
  let counts = label == c && !(p.ignoring == 1u && label == p.ignored);
  y[i] = select(0.0, g[place], counts);
}
