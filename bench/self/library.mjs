import { CLASSES, crossEntropy, SIZE, syntheticBatch } from '../peers/network.mjs';
import { serve } from '../peers/protocol.mjs';

/** A build's library at work, by the address of its index.js. Used of it is what the package promises, in any version. */
serve(async ({ model: name, batch, training, backend, threads, library }) => {
  const inkgrad = await import(library);
  const device = await inkgrad.openDevice(backend, backend === 'wasm' ? { threads } : {});
  const run = Object.hasOwn(kernels, name)
    ? await kernel(inkgrad, device, kernels[name], batch)
    : await network(inkgrad, device, { name, batch, training, library });
  return { name: `inkgrad-${backend}`, version: '', adapter: device.adapter, run };
});

/** The step of bench/fixedBatch.ts, for any network that comes along. */
async function network(
  { F, Tensor, nn, optim, backward, noGrad },
  device,
  { name, batch, training, library },
) {
  const { buildModel } = await import(new URL('models.js', library).href);
  const context = new nn.Context(device, 1);
  const model = buildModel(name, { classes: CLASSES, context });
  model.train(training);
  const optimizer = new optim.Adam(model.parameters().values(), { lr: 0.001 });
  const { images, labels } = syntheticBatch(batch);
  const x = Tensor.from(device, images, [batch, 1, SIZE, SIZE]);
  const y = Tensor.from(device, labels);
  const step = await device.capture(() => {
    if (!training) return noGrad(() => [model.forward(x)]);
    const losses = F.crossEntropy(model.forward(x), y, { reduction: 'none' });
    backward(losses, { gradOutput: F.full(device, [batch], 1 / batch) });
    optimizer.apply();
    optimizer.zeroGrad();
    return [losses];
  });
  return async (steps) => {
    for (let i = 0; i < steps; i++) {
      if (training) {
        context.setStep(optimizer.steps);
        optimizer.advance();
      }
      step.run();
    }
    const values = Float32Array.from(await step.outputs[0].read());
    return training ? values.reduce((sum, loss) => sum + loss, 0) / batch : crossEntropy(values, labels);
  };
}

const image = (channels, side) => (batch) => [batch, channels, side, side];
const conv = (channels, filters, side, kernel, options) => ({
  shapes: (batch) => [image(channels, side)(batch), [filters, channels, kernel, kernel], [filters]],
  apply: ({ F }, [x, w, b]) => F.conv2d(x, w, b, options),
});
const product = (m, k, n) => ({
  shapes: () => [
    [m, k],
    [k, n],
  ],
  apply: ({ F }, [a, b]) => F.matmul(a, b),
});
const ofOne = (shape, apply) => ({ shapes: (batch) => [shape(batch)], apply: ({ F }, [x]) => apply(F, x) });

/** The kernels of bench/self/cases.ts: functions of tensors, done with the gradients of all that goes in. */
const kernels = {
  'matmul 512': product(512, 512, 512),
  'matmul 64x9216x128': product(64, 9216, 128),
  'conv 1-8 5x5': conv(1, 8, 28, 5, { padding: 'same' }),
  'conv 8-16 5x5': conv(8, 16, 14, 5, { padding: 'same' }),
  'conv 32-64 3x3': conv(32, 64, 26, 3, {}),
  'conv 24-48 stride 2': conv(24, 48, 28, 3, { padding: 1, stride: 2 }),
  'batchNorm 24': {
    shapes: (batch) => [image(24, 28)(batch)],
    make: ({ nn }, context) => new nn.BatchNorm2d(context, { features: 24 }),
    apply: (_, [x], layer) => layer.forward(x),
  },
  'maxPool 2x2': ofOne(image(32, 28), (F, x) => F.maxPool2d(x, 2)),
  'softmax 1000': ofOne(
    (batch) => [batch, 1000],
    (F, x) => F.softmax(x),
  ),
  'sum rows': ofOne(
    (batch) => [batch * 784, 24],
    (F, x) => F.sum(x, { axes: 1 }),
  ),
};

async function kernel(inkgrad, device, { shapes, make, apply }, batch) {
  const { nn, Tensor, grad } = inkgrad;
  const inputs = shapes(batch).map((shape, i) => {
    const length = shape.reduce((n, size) => n * size, 1);
    const values = Float32Array.from({ length }, (_, k) => (((k + i) * 37) % 101) / 101 - 0.5);
    return Tensor.from(device, values, shape).trained();
  });
  const layer = make?.(inkgrad, new nn.Context(device, 1));
  const step = await device.capture(() => {
    const y = apply(inkgrad, inputs, layer);
    return [y, ...grad(y, inputs, { gradOutput: y.detach() })];
  });
  return async (steps) => {
    for (let i = 0; i < steps; i++) step.run();
    // The last is the smallest, a bias or a factor; all that was queued is done by then.
    const values = await step.outputs.at(-1).read();
    return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
  };
}
