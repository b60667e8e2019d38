import * as F from '../../engine/functional.ts';
import { noGrad, update } from '../../engine/graph.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import { ops } from '../../engine/ops/index.ts';
import { keep, scope } from '../../engine/scope.ts';
import { packLayout } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';

/**
 * The running average of a model's weights and buffers (Polyak and Juditsky, 1992), which often reads better than the
 * weights themselves: average ← average + (1 − d)·(weights − average) after each step t, with d = min(decay,
 * (1 + t)/(10 + t)), so that the first weights are soon forgotten, as TensorFlow's ExponentialMovingAverage has it.
 *
 * @category Training
 * @example
 * import { nn, Tensor } from 'inkgrad';
 * import { WeightAverage } from 'inkgrad/train';
 *
 * const trained = new nn.Sequential(new nn.Linear(1, 1, { bias: false }));
 * const average = new WeightAverage(new nn.Sequential(new nn.Linear(1, 1, { bias: false })), trained, 0.999);
 * const [weight] = trained.parameters().values();
 * weight.write([[1]]);
 * for (let step = 1; step <= 200; step++) {
 *   average.advance(step);
 *   average.update();
 * }
 * const y = average.model.forward(Tensor.from([[1]]));
 * console.log((await y.item()).toFixed(3));
 * // 1.000
 */
export class WeightAverage {
  readonly #packed: Tensor;
  /** 1 − d, [1]. */
  readonly #share: Tensor;

  /**
   * @param model holds the average; it was made as `trained` was
   * @param decay d once many steps are done, from 0 to less than 1
   */
  constructor(
    /** Holds the average. */
    readonly model: Sequential,
    /** The model that is trained. */
    readonly trained: Sequential,
    /** d once many steps are done. */
    readonly decay: number,
  ) {
    const parameters = [...model.parameters().values()];
    this.#packed = keep(noGrad(() => F.pack([...trained.parameters().values()])));
    const { starts } = packLayout(parameters);
    parameters.forEach((parameter, i) => {
      parameter.moveInto(this.#packed, starts[i]);
    });
    this.#share = keep(Tensor.from(this.#packed.device, [0]));
  }

  /** Before a step, from 1: writes its share. */
  advance(step: number): void {
    this.#share.write(Float32Array.of(1 - Math.min(this.decay, (1 + step) / (10 + step))));
  }

  /** Within a step, after the update of the weights. */
  update(): void {
    const own = (model: Sequential) => {
      const parameters = model.parameters();
      return [...model.state()].flatMap(([name, tensor]) => (parameters.has(name) ? [] : [tensor]));
    };
    noGrad(() =>
      scope(() => {
        this.#move(this.#packed, F.pack([...this.trained.parameters().values()]));
        const buffers = own(this.trained);
        own(this.model).forEach((average, i) => {
          this.#move(average, buffers[i]);
        });
      }),
    );
  }

  #move(average: Tensor, value: Tensor): void {
    const moved = F.add(average, F.mul(F.sub(value, average), this.#share));
    update(ops.lerp, [moved], [average], { weight: 1 });
  }

  /** Frees it on its device, the model that holds it too. */
  dispose(): void {
    this.model.dispose();
    this.#packed.dispose();
    this.#share.dispose();
  }
}
