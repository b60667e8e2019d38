// y[i,j] from the pixels around its place in x: one thread per pixel of y.

// include resizeTaps.wgsl

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// What has no weight is not looked at: 0·∞ is NaN.
fn between(a: f32, b: f32, t: f32) -> f32 {
  if (t == 0.0) { return a; }
  return (1.0 - t) * a + t * b;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.planes * p.outHeight * p.outWidth) { return; }
  let columns = tapsOf(output % p.outWidth, p.outWidth, p.width);
  let rows = tapsOf((output / p.outWidth) % p.outHeight, p.outHeight, p.height);
  let plane = output / (p.outWidth * p.outHeight);
  let above = (plane * p.height + rows.low) * p.width;
  let below = (plane * p.height + rows.high) * p.width;
  y[output] = between(
    between(x[above + columns.low], x[above + columns.high], columns.t),
    between(x[below + columns.low], x[below + columns.high], columns.t),
    rows.t,
  );
}
