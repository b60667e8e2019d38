/** @returns a function that makes the factors of a problem, and gives one that asks tfjs for the product */
export async function start() {
  const { default: tf } = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('the backend webgpu does not start');
  await tf.ready();
  tf.enableProdMode();
  const run = (kernel, inputs, attrs) => tf.engine().runKernel(kernel, inputs, attrs);

  const products = {
    product: ({ m, n, k }) => [[m, k], [k, n], (a, b) => tf.matMul(a, b)],
    // tfjs keeps weights as [inputs, outputs].
    'linear forward': ({ batch, inputs, outputs, bias, relu }) => [
      ...[[batch, inputs], [inputs, outputs], [outputs]],
      (a, b, offsets) =>
        bias
          ? tf.fused.matMul({ a, b, bias: offsets, activation: relu ? 'relu' : 'linear' })
          : tf.matMul(a, b),
    ],
    'linear input grad': ({ batch, inputs, outputs }) => [
      ...[
        [batch, outputs],
        [inputs, outputs],
      ],
      (dy, w) => tf.matMul(dy, w, false, true),
    ],
    'linear weight grad': ({ batch, inputs, outputs }) => [
      ...[
        [batch, inputs],
        [batch, outputs],
      ],
      (x, dy) => tf.matMul(x, dy, true, false),
    ],
    'conv forward': ({ x, w, bias, relu, pad }) => [
      ...[x, w, [w[3]]],
      (image, filter, offsets) =>
        bias
          ? tf.fused.conv2d({
              ...{ x: image, filter, strides: 1, pad, bias: offsets, activation: relu ? 'relu' : 'linear' },
            })
          : tf.conv2d(image, filter, 1, pad),
    ],
    // As the gradients of conv2d call them.
    'conv input grad': ({ x, w, y, pad }) => [
      ...[y, w],
      (dy, filter) =>
        run('Conv2DBackpropInput', { dy, filter }, { inputShape: x, strides: 1, pad, dataFormat: 'NHWC' }),
    ],
    'conv weight grad': ({ x, w, y, pad }) => [
      ...[x, y],
      (image, dy) =>
        run(...['Conv2DBackpropFilter', { x: image, dy }], {
          filterShape: w,
          strides: 1,
          pad,
          dataFormat: 'NHWC',
        }),
    ],
  };

  return async (problem) => {
    const [...shapes] = products[problem.kind](inLast(problem));
    const product = shapes.pop();
    const factors = shapes.map((shape) => tf.zeros(shape));
    for (const factor of factors) await factor.data();
    return async () => {
      const y = product(...factors);
      await y.data();
      for (const each of [...factors, y]) each.dispose();
    };
  };
}

/** Channels stand last, in images and in filters. */
function inLast(problem) {
  if (!problem.kind.startsWith('conv')) return problem;
  const { x, w, y } = problem;
  const last = ([n, c, h, width]) => [n, h, width, c];
  return { ...problem, x: last(x), y: last(y), w: [w[2], w[3], w[1], w[0]] };
}
