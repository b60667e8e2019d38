import type { Device } from '../device.ts';
import * as F from '../functional.ts';
import { noGrad, update } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import { keep } from '../scope.ts';
import { Tensor } from '../tensor.ts';

/**
 * Dynamic loss scaling (Micikevicius et al., 2018), all on the device. Half precision loses gradients below
 * 6e-8: they are computed of a loss that is `scale` times as large, and divided again before the update. A step
 * whose gradients overflow is skipped, and the scale halved; after `interval` good steps it is doubled. The
 * step count of Adam's bias correction goes on meanwhile.
 *
 * @category Optimisers
 * @example
 * import { CpuDevice, optim, Tensor } from 'inkgrad';
 *
 * const device = new CpuDevice();
 * const scale = new optim.LossScale(device, 1024);
 * const { gradients, usable } = scale.unscale([Tensor.from(device, [2048])]);
 * console.log(await gradients[0].item(), await usable.item());
 * // 2 1
 * scale.unscale([Tensor.from(device, [Infinity])]);
 * console.log(await scale.scale().item());
 * // 512
 */
export class LossScale {
  /** [scale, good steps since it changed, skipped steps]. */
  readonly state: Tensor;

  constructor(
    device: Device,
    initial = 2 ** 16,
    /** How many good steps double the scale. */
    readonly interval = 2000,
  ) {
    this.state = keep(Tensor.from(device, [initial, 0, 0]));
  }

  /** The scale as a tensor [1], to multiply the loss or its gradient by. */
  scale(): Tensor {
    return noGrad(() => F.slice(this.state, [0], [1]));
  }

  /**
   * Divides gradients by the scale and moves the scale on.
   *
   * @returns the gradients, all zero where the step is to be skipped, and whether it is usable, 1 or 0, as a tensor [1]
   */
  unscale(gradients: readonly Tensor[]): { gradients: Tensor[]; usable: Tensor } {
    return noGrad(() => {
      const flags = gradients.map((gradient) => F.allFinite(gradient));
      const usable = flags.reduce((all, flag) => F.mul(all, flag));
      const inverse = F.power(this.scale(), -1);
      const divided = gradients.map((gradient) => F.gate(F.mul(gradient, inverse), usable));
      update(ops.scaleStep, [usable], [this.state], { interval: this.interval });
      return { gradients: divided, usable };
    });
  }

  /** Frees the state. */
  dispose(): void {
    this.state.dispose();
  }
}
