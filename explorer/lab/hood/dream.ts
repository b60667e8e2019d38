import { grad } from '../../../engine/autograd.ts';
import * as F from '../../../engine/functional.ts';
import { Random } from '../../../engine/random.ts';
import { scope } from '../../../engine/scope.ts';
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
/** How far a step goes: the largest change of a pixel. */
const RATE = 0.1;
/** What is left of the ink from step to step: what makes no difference turns black. */
const FADE = 0.97;

/**
 * Looks for the picture that a unit answers to most: from noise it follows the gradient at the input (Simonyan, Vedaldi
 * and Zisserman, "Deep inside convolutional networks", 2014).
 *
 * @param black a picture that is black, as the network takes it, and one that is white: no pixel leaves what lies between
 * @param layer of the model, from 0
 * @param unit a channel of its maps, or a feature
 */
export async function dream(
  { rig, plan, device }: Network,
  [black, white]: readonly [Float32Array, Float32Array],
  layer: number,
  unit: number,
): Promise<Dream> {
  const { model } = rig;
  const shape = [1, ...plan.model.input];
  const random = new Random(7);
  let image = black.map((level, i) => level + random.uniform(0, 0.6) * (white[i] - level));
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
      const [g] = grad(answer, [x]);
      return [answer.read(), g.read()] as const;
    });
    model.train(training);
    const [answer, g] = await Promise.all(reads);
    answers.push(answer[0]);
    const most = Math.max(...Array.from(g, Math.abs)) || 1;
    image = image.map((value, i) => {
      const faded = black[i] + FADE * (value - black[i]);
      return Math.min(white[i], Math.max(black[i], faded + (RATE * g[i]) / most));
    });
    if (step % 10 === 0) await breathe();
  }
  return { image, answers };
}
