// rows[(cursor + i) mod M] = the loss of row i and the class that its logits name: one thread per row.

// include real.wgsl

struct Params { rows: u32, classes: u32, length: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read> cursor: array<u32>;
@group(0) @binding(4) var<storage, read_write> results: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.rows) { return; }
  var best = 0u;
  var held = logits[i * p.classes];
  for (var c = 1u; c < p.classes; c++) {
    let value = logits[i * p.classes + c];
    if (value > held || (isNaN(value) && !isNaN(held))) {
      held = value;
      best = c;
    }
  }
  let at = 2u * ((cursor[1] + i) % p.length);
  results[at] = losses[i];
  results[at + 1u] = f32(best);
}
