import { grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import type { FloatType } from '../../engine/dtype.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context, type Module, type Sequential } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { loadWeights } from '../../pipeline/checkpoint/weights.ts';
import { PipelineError } from '../../pipeline/faults.ts';
import type { StoredTensor } from '../../pipeline/formats/safetensors.ts';
import { build } from '../../pipeline/model/model.ts';
import type { NetworkPlan } from './network.ts';

/** One number of a network's weights. */
export interface Weight {
  /** of the tensor, as in a checkpoint: `0.weight` */
  readonly name: string;
  /** row-major */
  readonly index: number;
}

/** The loss with a weight a little larger and a little smaller. */
export interface Nudge {
  readonly h: number;
  /** L(w + h) */
  readonly up: number;
  /** L(w − h) */
  readonly down: number;
  /** (L(w + h) − L(w − h)) / 2h */
  readonly quotient: number;
}

/** A gradient beside what it is held to. */
export interface Check {
  readonly floatType: FloatType;
  /** L(w) */
  readonly loss: number;
  /** dL/dw by going backward */
  readonly gradient: number;
  readonly nudges: readonly Nudge[];
}

/** Milliseconds after which the lab hears what else it is asked. */
const BREATH = 40;

/** In double precision, where rounding is not in the way: plain arrays, and kernels in the place of definitions. */
export const precise = (): Device => new CpuDevice({ floatType: 'float64', definitions: false });

/**
 * Holds the gradient of one weight to difference quotients: the loss of one image with the weight nudged by h. It is done
 * with a copy of the network, which itself stays as it is, whatever runs meanwhile; layers run as in reading.
 *
 * @param weights of the network as they are now
 * @param device where the copy is put
 * @param image [1,C,H,W] as the network takes it
 * @param label the class that is taken to be right
 * @param hs how far the weight is nudged
 * @throws PipelineError where the network has no such weight
 */
export async function nudged(
  plan: NetworkPlan,
  weights: ReadonlyMap<string, StoredTensor>,
  device: Device,
  image: Float32Array,
  label: number,
  weight: Weight,
  hs: readonly number[],
): Promise<Check> {
  const context = new Context(device, plan.settings.seed);
  const model = build(plan.model, plan.classes.length, context);
  try {
    loadWeights(model, weights, 'copy');
    return await withCopy(model, Tensor.from(device, image, [1, ...plan.model.input]), label, weight, hs);
  } finally {
    model.dispose();
    context.dispose();
  }
}

/** The same with the copy, which is left with the weight nudged. */
async function withCopy(
  model: Sequential,
  image: Tensor,
  label: number,
  { name, index }: Weight,
  hs: readonly number[],
): Promise<Check> {
  const { device } = image;
  const parameter = model.parameters().get(name);
  if (parameter === undefined || !(index < parameter.size)) {
    throw new PipelineError(
      `${name}, number ${index}: the network has no such weight; choose another`,
      'invalid-model',
    );
  }
  model.eval();
  // What comes before the weight's own layer is the same each time.
  const own = Number(name.split('.')[0]);
  const before = noGrad(() => scope(() => model.layers.slice(0, own).reduce(through, image)));
  const labels = Tensor.from(device, Int32Array.of(label));
  const lossOf = () => F.crossEntropy(model.layers.slice(own).reduce(through, before), labels);
  const numbers = Float64Array.from(await parameter.read());
  const value = numbers[index];
  const slope = scope(() => {
    const loss = lossOf();
    const [gradient] = grad(loss, [parameter]);
    return { loss: loss.item(), gradient: gradient.read() };
  });
  /** The read is queued at once: it brings what the loss is now. */
  const lossAt = (nudge: number) => {
    numbers[index] = value + nudge;
    parameter.write(numbers);
    return scope(() => ({ read: noGrad(lossOf).item() })).read;
  };
  const nudges: Nudge[] = [];
  let last = performance.now();
  for (const h of hs) {
    const [up, down] = await Promise.all([lossAt(h), lossAt(-h)]);
    nudges.push({ h, up, down, quotient: (up - down) / (2 * h) });
    if (performance.now() - last > BREATH) {
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    }
  }
  for (const tensor of new Set([before, image, labels])) tensor.dispose();
  const gradient = (await slope.gradient)[index];
  return { floatType: device.floatType, loss: await slope.loss, gradient, nudges };
}

const through = (x: Tensor, layer: Module): Tensor => layer.forward(x);
