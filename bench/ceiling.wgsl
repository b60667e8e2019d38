// What a device can do at best. `multiplyAdd` reads no memory in its loop: 12 independent chains of 16 fused
// multiply-adds a round, enough to hide the latency of each and few enough for 16 registers. `copy` does nothing
// but move memory.

struct Params {
  rounds: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The factor and the summand, which no compiler can know; or what is copied.
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn four(v: vec4f, a: vec4f, b: vec4f) -> vec4f {
  return fma(fma(fma(fma(v, a, b), a, b), a, b), a, b);
}

@compute @workgroup_size(256)
fn multiplyAdd(@builtin(global_invocation_id) id: vec3u) {
  let a = vec4f(x[0].x);
  let b = vec4f(x[0].y);
  var v = vec4f(f32(id.x & 7));
  var w = v + 1;
  var u = v + 2;
  for (var i = 0u; i < params.rounds; i++) {
    v = four(four(four(four(v, a, b), a, b), a, b), a, b);
    w = four(four(four(four(w, a, b), a, b), a, b), a, b);
    u = four(four(four(four(u, a, b), a, b), a, b), a, b);
  }
  y[id.x] = v + w + u;
}

// Four vectors a thread, side by side with those of its neighbours.
@compute @workgroup_size(256)
fn copy(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let i = group.x * 1024 + lane;
  y[i] = x[i];
  y[i + 256] = x[i + 256];
  y[i + 512] = x[i + 512];
  y[i + 768] = x[i + 768];
}
