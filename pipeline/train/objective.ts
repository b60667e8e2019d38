import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { keep } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import { classWeightsOf } from './classWeights.ts';
import type { Settings } from './settings.ts';

/** logits [n,classes] and labels [n] → losses [n], whose mean a step makes small. */
export type Loss = (logits: Tensor, labels: Tensor) => Tensor;

export const crossEntropy: Loss = (logits, labels) => F.crossEntropy(logits, labels, { reduction: 'none' });

/** What the settings make of cross-entropy: labels smoothed, classes weighted. */
export class Objective {
  readonly #weight: Tensor | undefined;
  readonly #labelSmoothing: number;

  /** @param data whose classes are weighted */
  constructor(
    device: Device,
    data: Dataset,
    { labelSmoothing, classWeights }: Pick<Settings, 'labelSmoothing' | 'classWeights'>,
  ) {
    const weights = classWeightsOf(classWeights, data);
    this.#weight = weights === null ? undefined : keep(Tensor.from(device, weights));
    this.#labelSmoothing = labelSmoothing;
  }

  /** Whether it is cross-entropy as it is. */
  get isPlain(): boolean {
    return this.#weight === undefined && this.#labelSmoothing === 0;
  }

  /**
   * The loss of a batch, which may be asked for part by part: the mean over all parts is that of PyTorch, which divides
   * by the sum of the weights.
   *
   * @param all the labels of the whole batch
   */
  of(all: Tensor): Loss {
    const weight = this.#weight;
    const options = { weight, labelSmoothing: this.#labelSmoothing, reduction: 'none' as const };
    if (weight === undefined) return (logits, labels) => F.crossEntropy(logits, labels, options);
    const scale = this.#scale(weight, all);
    return (logits, labels) => F.mul(F.crossEntropy(logits, labels, options), scale);
  }

  /** n / Σ w[label], a tensor [1]. */
  #scale(weight: Tensor, labels: Tensor): Tensor {
    return noGrad(() => {
      const [n] = labels.shape;
      const [classes] = weight.shape;
      const rows = F.broadcastTo(F.reshape(weight, [1, classes, 1]), [n, classes, 1]);
      const own = F.sum(F.gatherClass(rows, F.reshape(labels, [n, 1])));
      return F.affine(F.power(F.reshape(own, [1]), -1), n, 0);
    });
  }

  dispose(): void {
    this.#weight?.dispose();
  }
}
