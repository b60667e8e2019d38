// Copies one input into its place: chunks of `chunk` Items, `row` Items apart. Moved as bits, four at a time where all
// chunks divide by four: the type Item stands in front.

// include quotientBy.wgsl

struct Params { items: u32, chunk: u32, row: u32, offset: u32, inverse: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.items) { return; }
  let row = quotientBy(i, p.chunk, p.inverse);
  y[row * p.row + p.offset + i - row * p.chunk] = x[i];
}
