import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { Tensor as Made } from '../../engine/tensor.ts';
import type { Network } from './network.ts';

/** What a layer makes of one image. */
export interface LayerMaps {
  /** without the axis of images: [C,H,W] or [features] */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One image on its way through a network. */
export interface Look {
  /** what goes in: (byte/255 − mean)/std */
  readonly input: LayerMaps;
  /** what comes out of each layer */
  readonly layers: readonly LayerMaps[];
  readonly logits: Float32Array;
  /** softmax of the logits, as the loss sees them */
  readonly shares: Float32Array;
  /** cross-entropy of each class, if that is the right one */
  readonly losses: Float32Array;
  /** softmax of the logits, divided by the temperature that was fitted */
  readonly probabilities: Float32Array;
  readonly milliseconds: number;
}

/** Runs the layers one by one, as in reading, and brings what each makes to the host. */
export async function look(network: Network, image: Float32Array): Promise<Look> {
  const start = performance.now();
  const { model } = network.rig;
  const { device, plan } = network;
  const training = model.training;
  model.eval();
  const made = noGrad(() =>
    scope(() => {
      let x = Made.from(device, image, [1, ...plan.model.input]);
      const outputs = model.layers.map((layer) => {
        x = layer.forward(x);
        return x;
      });
      const probabilities = F.softmax(F.affine(x, 1 / plan.temperature, 0));
      const ends = [F.softmax(x), F.neg(F.logSoftmax(x))];
      // Reads are queued here: what lies there now is what they bring, whatever runs next.
      return {
        shapes: outputs.map(({ shape }) => shape),
        reads: [...outputs, ...ends, probabilities].map((t: Tensor) => t.read()),
      };
    }),
  );
  model.train(training);
  const outputs = made.shapes.length;
  const read = (await Promise.all(made.reads)) as Float32Array[];
  const [shares, losses, probabilities] = read.splice(outputs);
  return {
    input: { shape: plan.model.input, data: image },
    layers: made.shapes.map((shape, i) => ({ shape: shape.slice(1), data: read[i] })),
    logits: read[outputs - 1],
    ...{ shares, losses },
    probabilities,
    milliseconds: performance.now() - start,
  };
}
