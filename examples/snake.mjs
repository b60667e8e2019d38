// An op of one's own, of which own-op.mjs makes a layer: x + sin² x, which goes on with what repeats (Ziyin, Hartwig and
// Ueda, "Neural networks fail to learn periodic functions and how to fix it", 2020).
import { apply, F } from 'inkgrad';

/** The definition once more, for WebGPU. Binding 0 has the parameters; then come the inputs, then the outputs. */
const shader = `
  struct Params { count: u32 }
  @group(0) @binding(0) var<uniform> params: Params;
  @group(0) @binding(1) var<storage, read> x: array<f32>;
  @group(0) @binding(2) var<storage, read_write> y: array<f32>;

  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let i = id.y * groups.x * 64 + id.x;
    if (i < params.count) { y[i] = x[i] + sin(x[i]) * sin(x[i]); }
  }`;

/** @type {import('inkgrad').Op} */
const op = {
  name: 'snake',
  // What comes out: a tensor like the one that goes in.
  infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
  // The definition, which runs on cpu and wasm.
  define: ([x], [y]) => {
    for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] + Math.sin(x.data[i]) ** 2;
  },
  gpu: ([x]) => {
    const count = x.shape.reduce((a, b) => a * b, 1);
    const rows = Math.ceil(count / 64 / 65535) || 1; // as many workgroups as WebGPU has along one axis
    return [{ shader, entry: 'main', params: { count }, grid: [Math.ceil(count / 64 / rows), rows, 1] }];
  },
  // dL/dx of g = dL/dy: the slope of sin² x is sin 2x.
  grad: ({ g, inputs: [x] }) => [F.mul(g, F.add(F.sin(F.mul(x, 2)), 1))],
};

/** @param {import('inkgrad').Tensor} x of any shape */
export const snake = (x) => apply(op, [x], {})[0];
