import { readFileSync } from 'node:fs';
import { provideGpu, provideNavigator } from './browserGpu.mjs';
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

/** How many steps may be on their way: enough to keep a GPU busy, and little memory. */
const IN_FLIGHT = 4;
const [RATE, BETA1, BETA2, EPSILON] = [0.001, 0.9, 0.999, 1e-8];

serve(async ({ model, batch, training, backend }) => {
  if (backend !== 'webgpu') provideNavigator();
  // Its threads are workers of the browser, and Node.js has no `Worker` of that kind.
  const adapter = backend === 'webgpu' ? await provideGpu() : cpuAdapter(1);
  const jax = await import('@jax-js/jax');
  const { lax, nn, numpy: np, random, tree } = jax;
  if (!(await jax.init(backend)).includes(backend)) throw new Error(`the backend ${backend} does not start`);
  jax.defaultDevice(backend);

  const layers = network(model);
  const make = initializer();
  const shapes = layers.flatMap(({ type, inputs, outputs, kernel, fanIn }) => {
    if (type === 'conv2d')
      return [
        { shape: [outputs, inputs, kernel, kernel], fanIn },
        { shape: [outputs, 1, 1], fanIn },
      ];
    if (type === 'linear')
      return [
        { shape: [inputs, outputs], fanIn },
        { shape: [outputs], fanIn },
      ];
    return [];
  });
  checkParameters(
    model,
    shapes.map(({ shape }) => shape),
  );
  const weights = shapes.map(({ shape, fanIn }) => np.array(make(shape, fanIn)).reshape(shape));
  const { images, labels } = syntheticBatch(batch);
  const x = np.array(images).reshape([batch, 1, SIZE, SIZE]);
  const y = np.array(labels);

  /** Each function owns its arguments and uses them up, as jax-js has it; `.ref` is for a second use. */
  const forward = (parameters, value, keys) => {
    const own = [...parameters];
    const take = () => own.shift();
    for (const layer of layers) {
      if (layer.type === 'conv2d') {
        value = lax.convGeneralDilated(value, take(), [1, 1], layer.same ? 'SAME' : 'VALID').add(take());
      } else if (layer.type === 'linear') {
        value = np.dot(value, take()).add(take());
      } else if (layer.type === 'maxPool2d') {
        const window = [layer.kernel, layer.kernel];
        value = lax.reduceWindow(value, np.max, window, window);
      } else if (layer.type === 'flatten') {
        value = value.reshape([batch, -1]);
      } else if (training) {
        const kept = random.bernoulli(keys.shift(), 1 - layer.p, value.shape);
        value = value.mul(kept.astype(np.float32)).mul(1 / (1 - layer.p));
      }
      if (layer.relu) value = nn.relu(value);
    }
    return value;
  };

  const loss = (parameters, images, labels, ...keys) =>
    nn
      .logSoftmax(forward(parameters, images, keys))
      .mul(nn.oneHot(labels, CLASSES))
      .sum()
      .mul(-1 / batch);

  const dropouts = layers.filter(({ type }) => type === 'dropout').length;
  const gradient = jax.valueAndGrad(loss);

  /** The whole step as one function: loss, gradients and Adam's update. */
  const trainStep = jax.jit(({ parameters, means, squares, time, key }, images, labels) => {
    const keys = random.split(key, dropouts + 1);
    const dropoutKeys = Array.from({ length: dropouts }, (_, i) => keys.ref.slice(i + 1));
    const [value, gradients] = gradient(tree.ref(parameters), images, labels, ...dropoutKeys);
    const now = time.add(1);
    const correction1 = np
      .exp(now.ref.mul(Math.log(BETA1)))
      .mul(-1)
      .add(1);
    const correction2 = np
      .exp(now.ref.mul(Math.log(BETA2)))
      .mul(-1)
      .add(1);
    const next = { parameters: [], means: [], squares: [], time: now, key: keys.slice(0) };
    parameters.forEach((parameter, i) => {
      const g = gradients[i];
      const mean = means[i].mul(BETA1).add(g.ref.mul(1 - BETA1));
      const square = squares[i].mul(BETA2).add(g.ref.mul(g).mul(1 - BETA2));
      const scale = np.sqrt(square.ref.div(correction2.ref)).add(EPSILON);
      next.parameters.push(parameter.sub(mean.ref.div(correction1.ref).div(scale).mul(RATE)));
      next.means.push(mean);
      next.squares.push(square);
    });
    correction1.dispose();
    correction2.dispose();
    return [value, next];
  });
  const inferStep = jax.jit((parameters, images) => forward(parameters, images, []));

  const zeros = () => shapes.map(({ shape }) => np.zeros(shape));
  let state = training && {
    parameters: weights,
    means: zeros(),
    squares: zeros(),
    time: np.array(0),
    key: random.key(1),
  };
  const step = () => {
    if (!training) return inferStep(tree.ref(weights), x.ref);
    const [value, next] = trainStep(state, x.ref, y.ref);
    state = next;
    return value;
  };

  const file = new URL('./node_modules/@jax-js/jax/package.json', import.meta.url);
  return {
    name: `jax-${backend}`,
    version: JSON.parse(readFileSync(file, 'utf8')).version,
    adapter,
    async run(steps) {
      // What is freed before it was waited for, jax-js never computes.
      const inFlight = [];
      for (let i = 1; i < steps; i++) {
        inFlight.push(step().blockUntilReady());
        if (inFlight.length === IN_FLIGHT) (await inFlight.shift()).dispose();
      }
      const last = step();
      for (const result of inFlight) (await result).dispose();
      const values = await last.data();
      return training ? values[0] : crossEntropy(values, labels);
    },
  };
});
