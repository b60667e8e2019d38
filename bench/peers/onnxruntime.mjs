import { checkParameters, crossEntropy, initializer, network, SIZE, syntheticBatch } from './network.mjs';
import { onnxFile, weightShapes } from './onnx.mjs';
import { cpuAdapter, serve } from './protocol.mjs';

/** ONNX Runtime runs networks and does not train them; `web` is its WebAssembly, `node` its native code. */
serve(async ({ model, batch, training, backend, threads }) => {
  if (training) throw new Error('it has no training');
  const ort = await import(`onnxruntime-${backend}`);
  // Each of the two packages takes the number of threads in its own place.
  if (backend === 'web') ort.env.wasm.numThreads = threads;

  const layers = network(model);
  const make = initializer();
  const shapes = layers.map(weightShapes);
  checkParameters(model, shapes.flat());
  const weights = layers.map(({ fanIn }, i) => shapes[i].map((shape) => make(shape, fanIn)));
  const session = await ort.InferenceSession.create(onnxFile(layers, weights, batch), {
    executionProviders: [backend === 'web' ? 'wasm' : 'cpu'],
    ...(backend === 'node' && { intraOpNumThreads: threads, interOpNumThreads: 1 }),
  });
  const { images, labels } = syntheticBatch(batch);
  const feeds = { images: new ort.Tensor('float32', images, [batch, 1, SIZE, SIZE]) };

  return {
    name: `onnxruntime-${backend}`,
    version: ort.env.versions[backend],
    adapter: cpuAdapter(backend === 'web' ? ort.env.wasm.numThreads : threads),
    async run(steps) {
      let results = {};
      for (let i = 0; i < steps; i++) results = await session.run(feeds);
      return crossEntropy(results.logits.data, labels);
    },
  };
});
