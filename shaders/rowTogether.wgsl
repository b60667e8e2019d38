// A row for several threads: each adds up its part below a maximum of its own, so that they meet once, and twice where they are
// more than FOLD, instead of once for each halving. On SwiftShader a barrier costs a workgroup tens of µs.

// The square root of the most threads, so that both times are as short.
const FOLD = 8u;

// Of each part the maximum, both sums, and how many numbers it has.
var<workgroup> parts: array<vec4<f32>, 64>;

// Parts joined, in their order. Below a maximum of −∞ there would be NaN: the lowest number stands for it.
fn joined(first: u32, step: u32, count: u32) -> vec4<f32> {
  var maximum = parts[first].x;
  for (var i = 1u; i < count; i++) { maximum = larger(maximum, parts[first + i * step].x); }
  var total = 0.0;
  var below = 0.0;
  var numbers = 0.0;
  for (var i = 0u; i < count; i++) {
    let part = parts[first + i * step];
    total += part.y * exp(part.x - maximum);
    if (TAKES_SUM) {
      below += part.z + part.w * (part.x - maximum);
      numbers += part.w;
    }
  }
  return vec4<f32>(maximum, total, below, numbers);
}

fn rowOf(start: u32, thread: u32) -> vec3<f32> {
  let lane = laneOf(thread);
  let maximum = larger(maximumOf(start, lane), -0x1.fffffep+127f);
  // More threads than Items there are not, and each has one or more.
  let numbers = ((p.length - lane + THREADS - 1u) >> SHIFT) * WIDTH;
  parts[thread] = vec4<f32>(maximum, sumsOf(start, lane, maximum), f32(numbers));
  workgroupBarrier();
  if (THREADS > FOLD) {
    if (lane < FOLD) { parts[thread] = joined(thread, FOLD, THREADS / FOLD); }
    workgroupBarrier();
  }
  return joined(thread - lane, 1u, min(THREADS, FOLD)).xyz;
}
