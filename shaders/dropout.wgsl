// y[i] = 0 where the i-th random number is below p, else x[i]/(1−p): one thread per block of four numbers.
// Philox4x32-10 as in engine/random.ts.

struct Params { count: u32, stream: u32, probability: f32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// High 32 bits of a·b, from 16-bit halves: WGSL has no 64-bit integers.
fn mulHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}

fn philox(counter: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
  var c = counter;
  var key = seed;
  for (var round = 0u; round < 10u; round++) {
    let high0 = mulHigh(0xD2511F53u, c.x);
    let high1 = mulHigh(0xCD9E8D57u, c.z);
    c = vec4<u32>(high1 ^ c.y ^ key.x, 0xCD9E8D57u * c.z, high0 ^ c.w ^ key.y, 0xD2511F53u * c.x);
    key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}

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
