// What runs inside the browser: ten training steps of a small CNN on the device that `open` gives. The same
// code runs in Node.js, and both must come to the same losses.
import {
  backward,
  type Device,
  F,
  nn,
  openWebGpu,
  optim,
  Random,
  scope,
  Tensor,
} from '../../engine/index.ts';

/** Random images in four classes; each class is brightest in a quadrant of its own. */
function batch(device: Device, random: Random): { x: Tensor; labels: Tensor } {
  const count = 8;
  const side = 12;
  const labels = Int32Array.from({ length: count }, () => random.integer(4));
  const x = new Float32Array(count * side * side);
  for (let i = 0; i < x.length; i++) {
    const label = labels[Math.floor(i / side ** 2)];
    const right = Number(i % side >= side / 2);
    const low = Number(Math.floor(i / side) % side >= side / 2);
    x[i] = random.uniform(0, 0.5) + (label === 2 * low + right ? 1 : 0);
  }
  return { x: Tensor.from(device, x, [count, 1, side, side]), labels: Tensor.from(device, labels) };
}

/** The losses of ten steps with Adam; the seed is fixed. */
export async function tenSteps(device: Device): Promise<number[]> {
  const context = new nn.Context(device, 7);
  const model = new nn.Sequential([
    new nn.Conv2d(context, { inChannels: 1, outChannels: 5, kernelSize: 3, padding: 'same' }),
    new nn.BatchNorm2d(context, { features: 5 }),
    new nn.ReLU(),
    new nn.MaxPool2d({ kernelSize: 2 }),
    new nn.Conv2d(context, { inChannels: 5, outChannels: 7, kernelSize: 3 }),
    new nn.GELU(),
    new nn.Dropout(context, 0.25),
    new nn.Flatten(),
    new nn.Linear(context, { inFeatures: 7 * 4 * 4, outFeatures: 4 }),
  ]);
  const optimizer = new optim.Adam(model.parameters().values(), { rate: 0.01 });
  const random = new Random(3);
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    context.setStep(step);
    const loss = scope(() => {
      const { x, labels } = batch(device, random);
      const mean = F.crossEntropy(model.forward(x), labels);
      backward(mean);
      optimizer.step();
      optimizer.zeroGrad();
      return mean;
    });
    losses.push(await loss.item());
    loss.dispose();
  }
  return losses;
}

/** The page calls this: the engine finds WebGPU by itself, or says that there is none. */
export async function trainInBrowser(): Promise<{ adapter: string; losses: number[] }> {
  const device = navigator.gpu && (await openWebGpu(navigator.gpu));
  if (!device) throw new Error('the browser has no WebGPU adapter');
  const losses = await tenSteps(device);
  device.close();
  return { adapter: device.adapter, losses };
}
