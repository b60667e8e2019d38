// One step of loss scaling on state = [scale, good, skipped]; the rule stands in engine/ops/scaleStep.ts.

struct Params { interval: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> usable: array<f32>;
@group(0) @binding(2) var<storage, read_write> state: array<f32>;

@compute @workgroup_size(1)
fn main() {
  if (usable[0] > 0.0) {
    state[1] += 1.0;
    if (state[1] >= f32(p.interval)) {
      state[0] *= 2.0;
      state[1] = 0.0;
    }
  } else {
    state[0] = max(1.0, state[0] / 2.0);
    state[1] = 0.0;
    state[2] += 1.0;
  }
}
