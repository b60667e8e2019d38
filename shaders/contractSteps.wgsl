// Four elements of a factor at one step of the sum, for tilings that gather blocks of both.

// include contract.wgsl

// Where step k of the sum lies in both factors.
fn stepAt(k: u32) -> vec2<u32> {
  let rest = quotient(k, p.k2);
  let i2 = k - rest * p.k2;
  let i0 = quotient(rest, p.k1);
  let i1 = rest - i0 * p.k1;
  return vec2<u32>(i0 * p.aK0 + i1 * p.aK1 + i2 * p.aK2, i0 * p.bK0 + i1 * p.bK1 + i2 * p.bK2);
}

// A step of the sum by its digits, and where it lies in one factor. `next` goes on by a constant number of steps with
// additions alone, where stepAt divides: on GPUs a quotient costs more than 32 multiply-adds.
struct Step { i1: u32, i2: u32, at: u32 }

fn stepFrom(k: u32, strides: vec3<u32>) -> Step {
  let rest = quotient(k, p.k2);
  let i2 = k - rest * p.k2;
  let i0 = quotient(rest, p.k1);
  let i1 = rest - i0 * p.k1;
  return Step(i1, i2, i0 * strides.x + i1 * strides.y + i2 * strides.z);
}

// `by` is the step of that number; `carries` is what a full second and third digit are worth.
fn next(step: Step, by: Step, carries: vec2<u32>) -> Step {
  var i2 = step.i2 + by.i2;
  var i1 = step.i1 + by.i1;
  var at = step.at + by.at;
  if (i2 >= p.k2) { i2 -= p.k2; i1 += 1u; at += carries.y; }
  if (i1 >= p.k1) { i1 -= p.k1; at += carries.x; }
  return Step(i1, i2, at);
}

fn carriesOf(strides: vec3<u32>) -> vec2<u32> {
  return vec2<u32>(strides.x - p.k1 * strides.y, strides.y - p.k2 * strides.z);
}

// Four elements at one step; past the end of the sum the factors count as 0.
fn aFrom(rows: vec4<u32>, step: u32, isThere: bool) -> vec4<f32> {
  if (!isThere) { return vec4<f32>(); }
  let at = rows + step;
  return vec4<f32>(a[at.x], a[at.y], a[at.z], a[at.w]);
}

fn bFrom(columns: vec4<u32>, step: u32, isThere: bool) -> vec4<f32> {
  if (!isThere) { return vec4<f32>(); }
  let at = columns + step;
  return vec4<f32>(b[at.x], b[at.y], b[at.z], b[at.w]);
}

fn aAt(rows: vec4<u32>, k: u32, end: u32) -> vec4<f32> {
  // Past the end of the sum the factors count as 0.
  if (k >= end) { return vec4<f32>(); }
  let at = rows + stepAt(k).x;
  return vec4<f32>(a[at.x], a[at.y], a[at.z], a[at.w]);
}

fn bAt(columns: vec4<u32>, k: u32, end: u32) -> vec4<f32> {
  if (k >= end) { return vec4<f32>(); }
  let at = columns + stepAt(k).y;
  return vec4<f32>(b[at.x], b[at.y], b[at.z], b[at.w]);
}
