// Four elements of a factor at one step of the sum, for tilings that gather blocks of both.

// include contract.wgsl

// Where step k of the sum lies in both factors.
fn stepAt(k: u32) -> vec2<u32> {
  let rest = over(k, p.k2);
  let i2 = k - rest * p.k2;
  let i0 = over(rest, p.k1);
  let i1 = rest - i0 * p.k1;
  return vec2<u32>(i0 * p.aK0 + i1 * p.aK1 + i2 * p.aK2, i0 * p.bK0 + i1 * p.bK1 + i2 * p.bK2);
}

fn aFour(at: vec4<u32>) -> vec4<f32> { return vec4<f32>(a[at.x], a[at.y], a[at.z], a[at.w]); }

fn bFour(at: RightPlaces) -> vec4<f32> {
  @if(B_TOGETHER) { return b[at]; }
  @if(!B_TOGETHER) { return vec4<f32>(b[at.x], b[at.y], b[at.z], b[at.w]); }
}
