// A training loop of one's own: its step is captured once, and then run again and again without making anything anew.
// node examples/training-loop.mjs [steps = 300]
import { backward, F, nn, openDevice, optim, Random, scope, setDefaultDevice, Tensor } from 'inkgrad';
import { mnist } from './mnist.mjs';

const [steps = 300] = process.argv.slice(2).map(Number);
const [COUNT, BATCH, LR] = [3000, 64, 0.01];

const device = await openDevice();
setDefaultDevice(device);
const { images, labels } = await mnist('train', COUNT);
const model = new nn.Sequential(
  new nn.Flatten(),
  new nn.Linear(784, 64),
  new nn.ReLU(),
  new nn.Linear(64, 10),
);
const adamW = new optim.AdamW(model.parameters(), { lr: LR });

// What differs from step to step is in tensors that are written before it: here, which images it takes.
const batch = Tensor.from(new Int32Array(BATCH));

function body() {
  const loss = F.crossEntropy(model.forward(F.gather(images, batch)), F.gather(labels, batch));
  backward(loss);
  adamW.apply(); // the part of adamW.step() that computes
  adamW.zeroGrad();
  return [loss];
}

const random = new Random(1);
/** What comes before a step: its learning rate, which falls along a cosine, and its images. @param {number} i */
function prepare(i) {
  adamW.lr = (LR / 2) * (1 + Math.cos((Math.PI * i) / steps));
  adamW.advance(); // the part of adamW.step() that brings its numbers to the device
  batch.write(Int32Array.from({ length: BATCH }, () => random.integer(COUNT)));
}

// Once as it stands. The scope frees what the body made, but for what it returns.
prepare(0);
const [first] = scope(body);
console.log(
  `loss ${(await first.item()).toFixed(3)}, then ${device.counters.live} tensors on ${device.kind}`,
);

const step = await device.capture(body);
const before = { ...device.counters };
for (let i = 1; i < steps; i++) {
  prepare(i);
  step.run();
  if (i % 100 === 99) console.log(`step ${i + 1}: loss ${(await step.outputs[0].item()).toFixed(3)}`);
}
const { launches, allocations, live } = device.counters;
const perStep = Math.round((launches - before.launches) / (steps - 1));
console.log(
  `${perStep} launches a step, ${allocations - before.allocations} allocations, ${live - before.live} more tensors`,
);
