import { readFileSync } from 'node:fs';

const PARAMETERS = { lenet: 105_194, cnn: 1_199_882 };
export const SIZE = 28;
export const CLASSES = 10;

/**
 * The layers of inkgrad's own model file, with what goes into each, so that every peer builds the same
 * network. A relu becomes a flag of the layer before it: some frameworks compute both in one kernel.
 */
export function network(name) {
  const file = new URL(`../../pipeline/model/${name}.json`, import.meta.url);
  let [channels, size] = [1, SIZE];
  const layers = [];
  for (const { type, ...options } of JSON.parse(readFileSync(file, 'utf8')).layers) {
    if (type === 'relu') layers.at(-1).relu = true;
    else if (type === 'conv2d') {
      const { kernelSize: kernel, outChannels: outputs } = options;
      const same = options.padding === 'same';
      layers.push({
        type,
        inputs: channels,
        outputs,
        kernel,
        same,
        fanIn: channels * kernel ** 2,
        relu: false,
      });
      channels = outputs;
      if (!same) size -= kernel - 1;
    } else if (type === 'maxPool2d') {
      layers.push({ type, kernel: options.kernelSize });
      size = Math.floor(size / options.kernelSize);
    } else if (type === 'flatten') {
      layers.push({ type });
      channels *= size ** 2;
      size = 1;
    } else if (type === 'dropout') {
      layers.push({ type, p: options.p });
    } else if (type === 'linear') {
      const outputs = options.outFeatures === 'classes' ? CLASSES : options.outFeatures;
      layers.push({ type, inputs: channels, outputs, fanIn: channels, relu: false });
      channels = outputs;
    } else throw new Error(`model ${name}: no layer ${type} here`);
  }
  return layers;
}

/** Throws unless the arrays of weights and biases, by their shapes, are those of the model. */
export function checkParameters(name, shapes) {
  const count = shapes.reduce((sum, shape) => sum + shape.reduce((n, size) => n * size, 1), 0);
  if (count !== PARAMETERS[name]) throw new Error(`${count} parameters; expected ${PARAMETERS[name]}`);
}

/** Mulberry32 by Tommy Ettinger: the same numbers in each run. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A function that makes initial values: uniform in ±1/√fanIn. */
export function initializer() {
  const next = numbers(1);
  return (shape, fanIn) => {
    const length = shape.reduce((n, size) => n * size, 1);
    return Float32Array.from({ length }, () => (2 * next() - 1) / Math.sqrt(fanIn));
  };
}

/** The batch that every step works on. */
export function syntheticBatch(count) {
  const next = numbers(2);
  return {
    images: Float32Array.from({ length: count * SIZE ** 2 }, next),
    labels: Int32Array.from({ length: count }, () => Math.floor(next() * CLASSES)),
  };
}

/** The mean cross-entropy of logits that were read back: inference is held to it as training is. */
export function crossEntropy(logits, labels) {
  let sum = 0;
  labels.forEach((label, i) => {
    const row = logits.subarray(i * CLASSES, (i + 1) * CLASSES);
    const top = Math.max(...row);
    sum += top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0)) - row[label];
  });
  return sum / labels.length;
}
