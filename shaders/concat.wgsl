// Copies one input into its place: chunks of `chunk` elements, `row` elements apart. Moved as bits.

struct Params { count: u32, chunk: u32, row: u32, offset: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  y[(i / p.chunk) * p.row + p.offset + i % p.chunk] = x[i];
}
