// What runs inside the browser: ten training steps of a small CNN. The same code runs in Node.js, and both must come to
// the same losses. And every op on `wasm`, against the float64 kernels of the same page.
import { forwardErrors, gradientErrors, isDifferentiable, tolerances } from '../../engine/check/gradcheck.ts';
import { sampleValues } from '../../engine/check/samples.ts';
import {
  backward,
  CpuDevice,
  type Device,
  F,
  nn,
  openWasm,
  openWebGpu,
  ops,
  optim,
  Random,
  scope,
  Tensor,
} from '../../engine/index.ts';
import { type Digits, type Fitted, fitDigits } from './digits.ts';

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
  const optimizer = new optim.Adam(model.parameters().values(), { lr: 0.01 });
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
  const device = await openWebGpu();
  const losses = await tenSteps(device);
  device.close();
  return { adapter: device.adapter, losses };
}

/** Trains lenet with the trainer of the pipeline: on WebGPU, or on `wasm` on one thread. */
export async function fitInBrowser(kind: 'webgpu' | 'wasm', digits: Digits): Promise<Fitted> {
  const device = kind === 'wasm' ? await openWasm({ threads: 1, relaxed: false }) : await openWebGpu();
  const fitted = await fitDigits(device, digits);
  device.close();
  return fitted;
}

/** The same on the CPU, on as many threads as are asked for; without relaxed SIMD, which a measurement chooses. */
export async function trainOnWasm(threads: number): Promise<{ adapter: string; losses: number[] }> {
  const device = await openWasm({ threads, relaxed: false });
  const losses = await tenSteps(device);
  device.close();
  return { adapter: device.adapter, losses };
}

export interface Checked {
  /** The op, its sample and what was compared. */
  readonly name: string;
  readonly error: number;
  readonly tolerance: number;
}

/** Every sample of every op on `wasm`, and its gradient: the largest error of each. */
export async function checkOps(): Promise<Checked[]> {
  const device = await openWasm({ threads: 2, poison: true });
  const reference = new CpuDevice({ floatType: 'float64', poison: true });
  const checked: Checked[] = [];
  for (const op of Object.values(ops)) {
    for (const [i, sample] of op.samples.entries()) {
      const values = sampleValues(sample, 1000 + i);
      const name = `${op.name} #${i}`;
      const errors = await forwardErrors(device, reference, op, values, sample.attrs);
      checked.push({ name, error: Math.max(0, ...errors), tolerance: tolerances.forward(op) });
      if (!isDifferentiable(op, values)) continue;
      const slopes = await gradientErrors(device, reference, op, values, sample.attrs);
      const error = Math.max(0, ...slopes);
      checked.push({ name: `${name}, gradient`, error, tolerance: tolerances.gradient });
    }
  }
  device.close();
  return checked;
}
