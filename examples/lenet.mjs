// A convolutional network from scratch: it learns from MNIST, and is tested on digits that it has never seen.
// node examples/lenet.mjs [images = 3000, of 60000] [epochs = 2]
import { backward, F, nn, noGrad, openDevice, optim, Random, scope, setDefaultDevice } from 'inkgrad';
import { accuracy, mnist } from './mnist.mjs';

const [count = 3000, epochs = 2] = process.argv.slice(2).map(Number);
const BATCH = 32;

const device = await openDevice(); // WebGPU on a GPU, else WebAssembly
setDefaultDevice(device);
console.log(`${count} images on ${device.kind}: ${device.adapter}`);

const { images, labels } = await mnist('train', count);

const model = new nn.Sequential(
  new nn.Conv2d(1, 8, 5, { padding: 'same' }), // [n, 8, 28, 28]
  new nn.ReLU(),
  new nn.MaxPool2d(2), // [n, 8, 14, 14]
  new nn.Conv2d(8, 16, 5, { padding: 'same' }), // [n, 16, 14, 14]
  new nn.ReLU(),
  new nn.MaxPool2d(2), // [n, 16, 7, 7]
  new nn.Flatten(),
  new nn.Linear(16 * 7 * 7, 10), // a logit for each digit
);
const adam = new optim.Adam(model.parameters(), { lr: 0.003 });
const random = new Random(1);

for (let epoch = 1; epoch <= epochs; epoch++) {
  const order = random.permutation(count);
  let loss = Number.NaN;
  for (let at = 0; at + BATCH <= count; at += BATCH) {
    const batch = order.slice(at, at + BATCH);
    // A scope frees what was made in it but for what it returns.
    const mean = scope(() => {
      const logits = model.forward(F.gather(images, batch));
      const mean = F.crossEntropy(logits, F.gather(labels, batch));
      backward(mean);
      adam.step();
      adam.zeroGrad();
      return mean;
    });
    loss = await mean.item();
    mean.dispose();
  }
  console.log(`epoch ${epoch}: loss ${loss.toFixed(3)} of the last batch`);
}

model.eval();
const test = await mnist('t10k', 1000);
const logits = noGrad(() => model.forward(test.images));
console.log(`accuracy ${(await accuracy(logits, test.labels)).toFixed(1)} % of 1000 other images`);
device.close();
