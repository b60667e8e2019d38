// The network of lenet.mjs by hand: no layers, no loss and no optimiser, but conv2d, matmul, and functions of numbers.
// node examples/lenet-by-hand.mjs [images = 3000, of 60000] [epochs = 2]
import { F, grad, noGrad, openDevice, Random, scope, setDefaultDevice, Tensor } from 'inkgrad';
import { accuracy, mnist } from './mnist.mjs';

const [count = 3000, epochs = 2] = process.argv.slice(2).map(Number);
const [BATCH, LEARNING_RATE] = [32, 0.1];

setDefaultDevice(await openDevice());
const random = new Random(1);

/** Small random numbers to begin with. @param {number[]} shape */
function randomly(shape) {
  const values = Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform(-0.1, 0.1));
  return Tensor.from(values, shape);
}

/** max(0, x), and of that the largest of each 2×2 numbers. @param {Tensor} x */
function reluPool(x) {
  const [n, channels, height, width] = x.shape;
  const windows = F.reshape(F.maximum(x, 0), [n, channels, height / 2, 2, width / 2, 2]);
  return F.max(windows, { axes: [3, 5] });
}

/** Images [n, 1, 28, 28] to logits [n, 10]. @param {Tensor} x @param {Tensor[]} parameters */
function forward(x, [w1, b1, w2, b2, w3, b3]) {
  const first = reluPool(F.add(F.conv2d(x, w1, null, { padding: 'same' }), b1));
  const second = reluPool(F.add(F.conv2d(first, w2, null, { padding: 'same' }), b2));
  return F.add(F.matmul(F.reshape(second, [x.shape[0], 784]), w3, { transposeB: true }), b3);
}

/** The mean of −ln(the probability of the right class). @param {Tensor} logits @param {Tensor} isRight */
function crossEntropy(logits, isRight) {
  const shifted = F.sub(logits, F.max(logits, { axes: 1, keepDims: true })); // no power of e is too large then
  const logSum = F.log(F.sum(F.exp(shifted), { axes: 1 }));
  return F.mean(F.sub(logSum, F.sum(F.mul(isRight, shifted), { axes: 1 })));
}

const { images, labels } = await mnist('train', count);
const isDigit = F.oneHot(labels, 10);
let parameters = [[8, 1, 5, 5], [8, 1, 1], [16, 8, 5, 5], [16, 1, 1], [10, 784], [10]].map(randomly);

for (let epoch = 0; epoch < epochs; epoch++) {
  const order = random.permutation(count);
  for (let at = 0; at + BATCH <= count; at += BATCH) {
    const batch = order.slice(at, at + BATCH);
    const before = parameters.map((each) => each.trained());
    parameters = scope(() => {
      const loss = crossEntropy(forward(F.gather(images, batch), before), F.gather(isDigit, batch));
      const slopes = grad(loss, before);
      return noGrad(() => before.map((each, i) => F.sub(each, F.mul(slopes[i], LEARNING_RATE))));
    });
    for (const each of before) each.dispose();
  }
}

const test = await mnist('t10k', 1000);
const logits = forward(test.images, parameters);
console.log(`accuracy ${(await accuracy(logits, test.labels)).toFixed(1)} % of 1000 other images`);
