import { grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import type { Optimizer } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { packLayout } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { Recorder } from './recorder.ts';
import type { Tape, TracedLayer, TracedParameter } from './tape.ts';

/** What a step is recorded of. */
export interface Recorded {
  readonly device: Device;
  readonly model: Sequential;
  /** over all trained parameters of the model, as `model.parameters()` has them; its step is done, and is for the caller to undo */
  readonly optimizer: Optimizer;
}

/**
 * Does a training step on one image, layer by layer, and notes everything. Layers run one by one, so that each op has
 * a launch of its own, and as in reading: dropout leaves all as it is, batch norm takes its running statistics.
 *
 * @param image [1,C,H,W] as the network takes it
 * @param label the class that is taken to be right
 */
export async function record(
  { device, model, optimizer }: Recorded,
  image: Float32Array,
  shape: readonly number[],
  label: number,
): Promise<Tape> {
  const recorder = new Recorder(device);
  const training = model.training;
  model.eval();
  const trained = ([, { requiresGrad }]: readonly [string, Tensor]) => requiresGrad;
  const names = new Map([...model.parameters()].filter(trained).map(([name, tensor]) => [tensor, name]));
  const all = [...names.keys()];
  const { starts } = packLayout(all);
  const noted = recorder.watch(() =>
    scope(() => {
      // Forward: each layer takes a leaf of its own, so that its gradient can be asked for by itself.
      let x = Tensor.from(device, image, [1, ...shape]).trained();
      const steps = model.layers.map((layer, i) => {
        recorder.layer = i;
        const input = x;
        const output = layer.forward(input);
        x = output.detach().trained();
        return { layer, input, output };
      });
      recorder.layer = null;
      const labels = Tensor.from(device, Int32Array.of(label));
      const probabilities = noGrad(() => F.softmax(x));
      const loss = F.crossEntropy(x, labels, { reduction: 'none' });
      const forward = {
        loss: recorder.use(loss),
        logits: recorder.use(x),
        probabilities: recorder.use(probabilities),
      };

      recorder.phase = 'backward';
      let [g] = grad(loss, [x], { gradOutput: Tensor.from(device, Float32Array.of(1)) });
      const gradients = new Map<Tensor, Tensor>();
      const layers: TracedLayer[] = [];
      for (const [i, { layer, input, output }] of [...steps.entries()].reverse()) {
        recorder.layer = i;
        const own = [...layer.parameters().values()].filter((parameter) => names.has(parameter));
        const [toInput, ...toOwn] = grad(output, [input, ...own], { gradOutput: g });
        own.forEach((parameter, k) => void gradients.set(parameter, toOwn[k]));
        layers.unshift({
          ...{ input: recorder.use(input), output: recorder.use(output), gradient: recorder.use(g) },
          parameters: own.map(
            (parameter, k): TracedParameter => ({
              name: names.get(parameter)!,
              weight: recorder.use(parameter),
              gradient: recorder.use(toOwn[k]),
              updated: recorder.use(parameter),
              start: starts[all.indexOf(parameter)],
            }),
          ),
        });
        g = toInput;
      }
      const toImage = recorder.use(g);

      recorder.phase = 'update';
      recorder.layer = null;
      optimizer.zeroGrad();
      for (const [parameter, gradient] of gradients) parameter.grad = gradient;
      optimizer.step();
      for (const parameter of all) parameter.grad = null;
      const updated = new Map(all.map((parameter) => [names.get(parameter)!, recorder.again(parameter)]));
      return {
        ...forward,
        gradient: toImage,
        layers: layers.map((layer) => ({
          ...layer,
          parameters: layer.parameters.map((parameter) => ({
            ...parameter,
            updated: updated.get(parameter.name)!,
          })),
        })),
      };
    }),
  );
  model.train(training);
  return { ...noted, launches: recorder.launches, values: await recorder.values(), label };
}
