/** @returns a function that makes the factors of a problem, and gives one that asks jax-js for the product */
export async function start() {
  const jax = await import('@jax-js/jax');
  const { jit, lax, nn, numpy: np, vjp } = jax;
  if (!(await jax.init('webgpu')).includes('webgpu')) throw new Error('the backend webgpu does not start');
  jax.defaultDevice('webgpu');

  const end = (y, bias, { bias: biased, relu }) => {
    const sum = biased ? y.add(bias) : y;
    return relu ? nn.relu(sum) : sum;
  };
  const conv = (x, w, pad) => lax.convGeneralDilated(x, w, [1, 1], pad.toUpperCase());
  /** What stands beside the result of a function of one argument: its gradient for a given one of the result. */
  const pulled = (f, at, dy) => {
    const [y, pull] = vjp(f, [at]);
    // What is freed before it was waited for, jax-js never computes.
    y.dispose();
    const [gradient] = pull(dy);
    return gradient;
  };

  const products = {
    product: ({ m, n, k }) => [[m, k], [k, n], (a, b) => np.dot(a, b)],
    'linear forward': (problem) => {
      const { batch, inputs, outputs, bias } = problem;
      const shapes = [[batch, inputs], [inputs, outputs], ...(bias ? [[outputs]] : [])];
      return [...shapes, (x, w, offsets) => end(np.dot(x, w), offsets, problem)];
    },
    'linear input grad': ({ batch, inputs, outputs }) => [
      ...[
        [batch, outputs],
        [inputs, outputs],
        [batch, inputs],
      ],
      (dy, w, x) => pulled((at) => np.dot(at, w), x, dy),
    ],
    'linear weight grad': ({ batch, inputs, outputs }) => [
      ...[
        [batch, inputs],
        [batch, outputs],
        [inputs, outputs],
      ],
      (x, dy, w) => pulled((at) => np.dot(x, at), w, dy),
    ],
    'conv forward': (problem) => {
      const { x, w, bias, pad } = problem;
      const shapes = [x, w, ...(bias ? [[w[0], 1, 1]] : [])];
      return [...shapes, (image, filter, offsets) => end(conv(image, filter, pad), offsets, problem)];
    },
    'conv input grad': ({ x, w, y, pad }) => [
      ...[y, w, x],
      (dy, filter, image) => pulled((at) => conv(at, filter, pad), image, dy),
    ],
    'conv weight grad': ({ x, w, y, pad }) => [
      ...[x, y, w],
      (image, dy, filter) => pulled((at) => conv(image, at, pad), filter, dy),
    ],
  };

  return async (problem) => {
    const [...shapes] = products[problem.kind](problem);
    const product = jit(shapes.pop());
    const factors = [];
    for (const shape of shapes) {
      const length = shape.reduce((product, side) => product * side, 1);
      factors.push(await np.array(new Float32Array(length)).reshape(shape).blockUntilReady());
    }
    return async () => {
      const y = product(...factors);
      await y.data();
    };
  };
}
