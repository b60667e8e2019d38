// What resize2d and its gradient share: which pixels an output is made of along one axis.

struct Params {
  planes: u32,
  height: u32,
  width: u32,
  outHeight: u32,
  outWidth: u32,
  nearest: u32,
  alignCorners: u32,
}
@group(0) @binding(0) var<uniform> p: Params;

// Where a pixel lies among others: whole + rest/below.
struct Place { whole: i32, rest: i32, below: i32 }

// Where the centre of pixel i of `length` lies among the centres 0, 1, … of `others`: (2i+1)·others − length over 2·length,
// with alignCorners i·(others−1) over length − 1. In whole numbers, since floats take ties for their neighbours: a guess in
// floats, then what is left, which is small however large the two products are that wrap around.
fn placeOf(i: u32, length: u32, others: u32) -> Place {
  var above = (2u * i + 1u) * others - length;
  var below = 2u * length;
  var guess = floor((f32(2u * i + 1u) * f32(others) - f32(length)) / f32(below));
  if (p.alignCorners == 1u) {
    above = i * (others - 1u);
    below = max(length - 1u, 1u);
    guess = floor(f32(i) * f32(others - 1u) / f32(below));
  }
  let unit = i32(below);
  let left = bitcast<i32>(above - bitcast<u32>(i32(guess)) * below);
  var missed = i32(floor(f32(left) / f32(unit)));
  let rest = left - missed * unit;
  missed += select(0, 1, rest >= unit) - select(0, 1, rest < 0);
  return Place(i32(guess) + missed, left - missed * unit, unit);
}

// (1 − t)·low + t·high, and low alone where t is 0.
struct Taps { low: u32, high: u32, t: f32 }

fn tapsOf(i: u32, length: u32, others: u32) -> Taps {
  let place = placeOf(i, length, others);
  let last = i32(others) - 1;
  if (p.nearest == 1u) {
    let at = u32(clamp(place.whole + select(0, 1, 2 * place.rest >= place.below), 0, last));
    return Taps(at, at, 0.0);
  }
  if (place.whole < 0 || place.whole >= last || place.rest == 0) {
    let at = u32(clamp(place.whole, 0, last));
    return Taps(at, at, 0.0);
  }
  return Taps(u32(place.whole), u32(place.whole) + 1u, f32(place.rest) / f32(place.below));
}
