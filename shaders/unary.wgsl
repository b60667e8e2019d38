// y[i] = f(x[i], a, b). The function f is appended: a row of the table in engine/ops/unary.ts.

struct Params { count: u32, a: f32, b: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  y[i] = f(x[i], p.a, p.b);
}

// xʸ for every real x: WGSL leaves pow of a negative x undefined, and is less exact than a product.
fn realPow(x: f32, y: f32) -> f32 {
  if (y == 0.0) { return 1.0; }
  if (y == 1.0) { return x; }
  if (y == 2.0) { return x * x; }
  if (y == -1.0) { return 1.0 / x; }
  let size = pow(abs(x), y);
  let whole = floor(y) == y;
  let odd = whole && floor(y * 0.5) * 2.0 != y;
  if (x < 0.0 && !whole) { return pow(x, y); }
  return select(size, -size, x < 0.0 && odd);
}

// tanh x: the built-in one loses digits near 0 (5e-5 at 0.001 on SwiftShader) and may overflow far out. Near 0
// this is the continued fraction of Lambert (1761), and past ±10 float32 rounds to ±1.
fn realTanh(x: f32) -> f32 {
  let s = x * x;
  if (s < 1.0) { return x / (1.0 + s / (3.0 + s / (5.0 + s / (7.0 + s / 9.0)))); }
  return sign(x) * (1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0));
}

// The complementary error function with a fractional error below 1.2e-7 everywhere: Press et al.,
// Numerical Recipes, section 6.2, after Chebyshev.
fn erfc(x: f32) -> f32 {
  let z = abs(x);
  let t = 1.0 / (1.0 + 0.5 * z);
  let series = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = t * exp(-z * z + series);
  return select(tail, 2.0 - tail, x < 0.0);
}
