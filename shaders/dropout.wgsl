// y[i] = 0 where the i-th random number is below p, else x[i]/(1−p): one thread per block of four numbers.

// include philox.wgsl

struct Params { count: u32, stream: u32, probability: f32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let block = id.y * groups.x * 64u + id.x;
  let words = philox(vec4<u32>(block, p.stream, state[2], 0u), vec2<u32>(state[0], state[1]));
  for (var k = 0u; k < 4u; k++) {
    let i = block * 4u + k;
    if (i >= p.count) { return; }
    let unit = f32(words[k] >> 8u) * 0x1p-24f;
    y[i] = select(x[i] * p.scale, 0.0, unit < p.probability);
  }
}
