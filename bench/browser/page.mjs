import { errorOf } from './exact.mjs';

/**
 * The page's half of a worker: an engine in Chromium, with its threads, on one product or convolution. `prepare` makes the
 * inputs and holds the first result to float64; `run` does so many of them. The engines come by their own modules.
 */

/** Values between −½ and ½, the same for every engine. */
function values(length, salt) {
  let state = salt;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 32;
  });
}

const sizeOf = (shape) => shape.reduce((n, size) => n * size, 1);

/**
 * How each engine does the work: `make` an input that stays, `apply` once and wait for the result without reading it, and
 * `read` that result. As the engines' own benchmarks have it, an operation is called each time, not compiled into a step.
 */
const engines = {
  async inkgrad(threads) {
    const { F, openDevice, scope, Tensor } = await import('/inkgrad/index.js');
    const device = await openDevice('wasm', { threads });
    const operations = {
      product: ([a, b]) => F.matmul(a, b),
      transposed: ([a, b]) => F.matmul(a, b, { transposeB: true }),
      conv: ([x, w]) => F.conv2d(x, w, undefined, { padding: 'same' }),
    };
    return {
      threads: device.team.threads,
      make: (data, shape) => Tensor.from(device, data, shape),
      // On this device an operation has been done when its function returns.
      apply: async (form, inputs) => {
        scope(() => {
          operations[form](inputs);
        });
      },
      read: (form, inputs) => operations[form](inputs).read(),
    };
  },

  async jax(threads) {
    // It takes as many as the browser says that there are.
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: threads });
    const jax = await import('/jax/index.js');
    const { lax, numpy: np } = jax;
    if (!(await jax.init('wasm')).includes('wasm')) throw new Error('the backend wasm does not start');
    jax.defaultDevice('wasm');
    const operations = {
      product: ([a, b]) => np.matmul(a.ref, b.ref),
      transposed: ([a, b]) => np.matmul(a.ref, b.ref.transpose()),
      conv: ([x, w]) => lax.convGeneralDilated(x.ref, w.ref, [1, 1], 'SAME'),
    };
    return {
      threads,
      make: (data, shape) => np.array(data, { shape }),
      apply: async (form, inputs) => {
        const result = operations[form](inputs);
        await result.blockUntilReady();
        result.dispose();
      },
      read: (form, inputs) => operations[form](inputs).data(),
    };
  },
};

/** What the first result may be off by. */
const TOLERANCE = 1e-4;

let work = null;

globalThis.prepare = async ({ engine: name, threads, form, shapes }) => {
  if (!crossOriginIsolated) throw new Error('the page is not isolated, and has no threads');
  const engine = await engines[name](threads);
  const data = shapes.map((shape, i) => values(sizeOf(shape), i + 1));
  const inputs = data.map((numbers, i) => engine.make(numbers, shapes[i]));
  const error = errorOf(await engine.read(form, inputs), form, data, shapes);
  if (!(error <= TOLERANCE)) throw new Error(`its numbers are off by ${error} of the largest`);
  work = { run: () => engine.apply(form, inputs), error };
  return { threads: engine.threads, error };
};

/** Does it so many times; the error of its first result. */
globalThis.run = async (times) => {
  for (let i = 0; i < times; i++) await work.run();
  return work.error;
};
