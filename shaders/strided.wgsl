// y[i₀,i₁,…] = x[offset + i₀·s₀ + i₁·s₁ + …]: permute, slice and broadcastTo. Elements are moved as bits: a thread has an
// Item, one element or four that lie side by side in y. In front of this stand its type, that of what is read of x, and
// itemAt, which makes an Item of what is read from a place on.

// include walk.wgsl

@group(0) @binding(1) var<storage, read> x: array<From>;
@group(0) @binding(2) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i < p.items) { y[i] = itemAt(p.offset + placesOf(i).x); }
}
