import { grad } from '../../../engine/autograd.ts';
import * as F from '../../../engine/functional.ts';
import { Random } from '../../../engine/random.ts';
import { scope } from '../../../engine/scope.ts';
import { sizeOf } from '../../../engine/shape.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { breathe } from '../../../pipeline/breathe.ts';
import type { Network } from '../network.ts';

/** What a unit answers to most. */
export interface Dream {
  /** as the network takes it */
  readonly image: Float32Array;
  /** what the unit says of it, in the middle of its map, step by step */
  readonly answers: readonly number[];
}

const STEPS = 120;
/** How far a step goes: the mean change of a pixel. */
const RATE = 0.08;
/** Weight of the square of each pixel beside the answer: without it pixels grow without end. */
const PENALTY = 0.02;

/**
 * Looks for the picture that a unit answers to most: from faint noise it follows the gradient at the input (Simonyan, Vedaldi
 * and Zisserman, "Deep inside convolutional networks", 2014).
 *
 * @param layer of the model, from 0
 * @param unit a channel of its maps, or a feature
 */
export async function dream({ rig, plan, device }: Network, layer: number, unit: number): Promise<Dream> {
  const { model } = rig;
  const shape = [1, ...plan.model.input];
  const random = new Random(7);
  let image = Float32Array.from({ length: sizeOf(shape) }, () => 0.1 * random.normal());
  const answers: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const training = model.training;
    model.eval();
    const reads = scope(() => {
      const x = Tensor.from(device, image, shape).trained();
      const y = model.layers.slice(0, layer + 1).reduce((value, each) => each.forward(value), x);
      const [, , ...plane] = y.shape;
      const middle = plane.map((length) => Math.floor(length / 2));
      const answer = F.sum(
        F.slice(
          y,
          [0, unit, ...middle],
          y.shape.map(() => 1),
        ),
      );
      const wanted = F.sub(answer, F.affine(F.mean(F.mul(x, x)), PENALTY, 0));
      const [g] = grad(wanted, [x]);
      return [answer.read(), g.read()] as const;
    });
    model.train(training);
    const [answer, g] = await Promise.all(reads);
    answers.push(answer[0]);
    const mean = Array.from(g, Math.abs).reduce((sum, value) => sum + value, 0) / g.length || 1;
    image = image.map((value, i) => value + (RATE * g[i]) / mean);
    if (step % 10 === 0) await breathe();
  }
  return { image, answers };
}
