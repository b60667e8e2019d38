// Optimiser steps in place, an Item at a time: four weights, or one. The formulas stand in engine/ops/optimizer.ts, and
// the type Item in front of this.

struct Params { items: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> g: array<Item>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read_write> weight: array<Item>;
@group(0) @binding(4) var<storage, read_write> first: array<Item>;
@group(0) @binding(5) var<storage, read_write> second: array<Item>;

@compute @workgroup_size(64)
fn sgd(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.items) { return; }
  let d = g[i] + hyper[2] * weight[i];
  let v = hyper[1] * first[i] + d;
  first[i] = v;
  weight[i] -= hyper[0] * select(d + hyper[1] * v, v, hyper[3] == 0.0);
}

@compute @workgroup_size(64)
fn adam(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.items) { return; }
  let before = weight[i] * hyper[6];
  let d = g[i] + hyper[5] * before;
  let m = hyper[1] * first[i] + hyper[7] * d;
  let v = hyper[2] * second[i] + hyper[8] * d * d;
  first[i] = m;
  second[i] = v;
  weight[i] = before - hyper[0] * m / (sqrt(v) / hyper[4] + hyper[3]);
}
