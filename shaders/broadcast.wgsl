// y[i] = f(a[i], b[i]) where one is broadcast to the other, an Item at a time. In front of this stand Item, the types A and
// B of what is read of a and b for it, f, a row of the table in engine/ops/binary.ts, and `all`, which is f for an Item.

// include walk.wgsl
// include real.wgsl

@group(0) @binding(1) var<storage, read> a: array<A>;
@group(0) @binding(2) var<storage, read> b: array<B>;
@group(0) @binding(3) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.items) { return; }
  let places = placesOf(i);
  y[i] = all(Item(a[places.x]), Item(b[places.y]));
}
