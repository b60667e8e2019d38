import { backward } from '../../engine/autograd.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import { Blend } from './blend.ts';
import { crossEntropy, type Loss, Objective } from './objective.ts';
import type { Rig } from './rig.ts';
import type { Settings } from './settings.ts';

/** What of the settings decides over what is learned from a batch. */
export type LessonSettings = Pick<
  Settings,
  'seed' | 'labelSmoothing' | 'classWeights' | 'mixup' | 'cutmix' | 'accumulate'
>;

/** The losses [n] and logits [n,classes] of a batch, to be told: cross-entropy as it is, whatever is learned by. */
export interface Answers {
  readonly losses: Tensor;
  readonly logits: Tensor;
}

/** Forward and backward of a batch, within a step. */
export class Lesson {
  readonly #objective: Objective;
  readonly #blend: Blend | null;

  /** @param loss what is learned in the place of the settings' loss */
  constructor(
    readonly rig: Rig,
    data: Dataset,
    readonly settings: LessonSettings,
    readonly loss?: Loss | undefined,
  ) {
    const { device } = rig;
    this.#objective = new Objective(device, data, settings);
    this.#blend = Blend.isWanted(settings) ? new Blend(device, data.size, settings) : null;
  }

  /** Before a step: writes what it takes at random. */
  advance(step: number): void {
    this.#blend?.advance(step);
  }

  /** Adds the gradient of the mean loss of a batch to that of the parameters: part after part, which takes less memory. */
  backward(images: Tensor, labels: Tensor): Answers {
    const [n] = labels.shape;
    const blend = this.#blend;
    const blended = blend === null ? images : blend.images(images);
    const learned = this.#losses(labels);
    const size = Math.ceil(n / this.settings.accumulate);
    if (size >= n) return this.#part(blended, labels, learned(0, n), n);
    const answers: Answers[] = [];
    for (let from = 0; from < n; from += size) {
      const many = Math.min(size, n - from);
      answers.push(
        scope(() => {
          const [x, y] = [rows(blended, from, many), rows(labels, from, many)];
          return this.#part(x, y, learned(from, many), n);
        }),
      );
    }
    return noGrad(() => ({
      losses: F.concat(answers.map(({ losses }) => losses)),
      logits: F.concat(answers.map(({ logits }) => logits)),
    }));
  }

  /** What is learned from some rows of a batch: their logits → losses, whose mean over the batch is made small. */
  #losses(labels: Tensor): (from: number, many: number) => (logits: Tensor) => Tensor {
    const [objective, blend] = [this.#objective, this.#blend];
    const own = this.loss ?? objective.of(labels);
    if (blend === null) return (from, many) => (logits) => own(logits, rows(labels, from, many));
    const others = blend.labels(labels);
    const other = this.loss ?? objective.of(others);
    return (from, many) => (logits) =>
      blend.losses(own(logits, rows(labels, from, many)), other(logits, rows(others, from, many)));
  }

  /** @param n images of the whole batch, whose mean loss counts */
  #part(images: Tensor, labels: Tensor, learned: (logits: Tensor) => Tensor, n: number): Answers {
    const { model, lossScale } = this.rig;
    const logits = model.forward(images);
    const losses = learned(logits);
    // The gradient of the mean, without the mean itself: nobody reads it here.
    const share = F.full(losses.device, losses.shape, 1 / n);
    backward(losses, { gradOutput: lossScale === null ? share : F.mul(share, lossScale.scale()) });
    const isTold = this.loss !== undefined || (this.#blend === null && this.#objective.isPlain);
    return { losses: isTold ? losses : noGrad(() => crossEntropy(logits, labels)), logits };
  }

  dispose(): void {
    this.#objective.dispose();
    this.#blend?.dispose();
  }
}

/** Some rows of a tensor, which is itself where it has no others. */
function rows(x: Tensor, from: number, many: number): Tensor {
  const [n, ...rest] = x.shape;
  if (many === n) return x;
  return noGrad(() => F.slice(x, [from, ...rest.map(() => 0)], [many, ...rest]));
}
