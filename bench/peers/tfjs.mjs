import { setImmediate } from 'node:timers/promises';
import { provideGpu } from './browserGpu.mjs';
import {
  CLASSES,
  checkParameters,
  crossEntropy,
  initializer,
  network,
  SIZE,
  syntheticBatch,
} from './network.mjs';
import { cpuAdapter, serve } from './protocol.mjs';

serve(async ({ model, batch, training, backend, threads }) => {
  // The WebGPU backend looks for `navigator` when it is imported.
  const gpu = backend === 'webgpu' ? await provideGpu() : null;
  const { default: tf } = await import('@tensorflow/tfjs-core');
  // Of all packages only this one registers the gradients in Node.js.
  await import('@tensorflow/tfjs-layers');
  const { default: loaded } = await import(`@tensorflow/tfjs-backend-${backend}`);
  if (backend === 'wasm') loaded.setThreadsCount(threads);
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  await tf.ready();
  tf.enableProdMode();
  // Asked of it after the start: in Node.js it leaves its threads out, https://github.com/tensorflow/tfjs/issues/3830.
  const adapter = gpu ?? cpuAdapter(backend === 'wasm' ? loaded.getThreadsCount() : 1);

  const layers = network(model);
  const make = initializer();
  const weights = layers.map((layer) => {
    const { type, inputs, outputs, kernel, fanIn } = layer;
    if (fanIn === undefined) return [];
    const shape = type === 'conv2d' ? [kernel, kernel, inputs, outputs] : [inputs, outputs];
    return [shape, [outputs]].map((size) => tf.variable(tf.tensor(make(size, fanIn), size)));
  });
  checkParameters(
    model,
    weights.flat().map(({ shape }) => shape),
  );

  const { images, labels } = syntheticBatch(batch);
  const x = tf.tensor4d(images, [batch, SIZE, SIZE, 1]);
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES, 1, 0, 'float32');

  const apply = (value, layer, [weight, bias]) => {
    const activation = layer.relu ? 'relu' : 'linear';
    switch (layer.type) {
      case 'conv2d': {
        const pad = layer.same ? 'same' : 'valid';
        return tf.fused.conv2d({ x: value, filter: weight, strides: 1, pad, bias, activation });
      }
      case 'linear':
        return tf.fused.matMul({ a: value, b: weight, bias, activation });
      case 'maxPool2d':
        return tf.maxPool(value, layer.kernel, layer.kernel, 'valid');
      case 'flatten':
        return tf.reshape(value, [batch, -1]);
      default:
        return training ? tf.dropout(value, layer.p) : value;
    }
  };
  const forward = () => layers.reduce((value, layer, i) => apply(value, layer, weights[i]), x);

  const optimizer = tf.train.adam(0.001);
  const loss = () => tf.losses.softmaxCrossEntropy(y, forward());
  const step = training
    ? () => tf.tidy(() => optimizer.minimize(loss, true, weights.flat()))
    : () => tf.tidy(forward);

  return {
    name: `tfjs-${backend}`,
    version: tf.version_core,
    adapter,
    async run(steps) {
      let result = step();
      for (let i = 1; i < steps; i++) {
        // Dawn gives memory back when the event loop turns.
        await setImmediate();
        result.dispose();
        result = step();
      }
      const values = await result.data();
      result.dispose();
      return training ? values[0] : crossEntropy(values, labels);
    },
  };
});
