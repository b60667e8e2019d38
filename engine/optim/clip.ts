import { InkgradError, whatIs } from '../errors.ts';
import * as F from '../functional.ts';
import { noGrad } from '../graph.ts';
import { keep, scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import type { Parameters } from './parameters.ts';
import { tensorsOf } from './parameters.ts';

/**
 * Gradients scaled down together when their joint Euclidean norm exceeds `maximum` (Pascanu, Mikolov and
 * Bengio, 2013), on the device, without reading anything back. The optimiser's `apply` does it by itself.
 *
 * @param gradients of any shapes
 * @param maximum the largest norm that stays as it is
 * @returns the gradients, and their joint norm before, a scalar
 * @category Optimisers
 * @example
 * import { optim, Tensor } from 'inkgrad';
 *
 * const { gradients, norm } = optim.clipped([Tensor.from([30, 40])], 5);
 * const [first, second] = await gradients[0].read();
 * console.log(await norm.item(), first.toFixed(3), second.toFixed(3));
 * // 50 3.000 4.000
 */
export function clipped(
  gradients: readonly Tensor[],
  maximum: number,
): { gradients: Tensor[]; norm: Tensor } {
  return noGrad(() => {
    const squares = gradients.map((gradient) => F.reshape(F.sum(F.mul(gradient, gradient)), [1]));
    const norm = F.reshape(F.sqrt(F.sum(F.concat(squares))), []);
    // maximum / (norm + 1e-6), at most 1: PyTorch's formula.
    const factor = F.clamp(F.mul(F.power(F.add(norm, 1e-6), -1), maximum), 0, 1);
    return { gradients: gradients.map((gradient) => F.mul(gradient, factor)), norm };
  });
}

/**
 * Clips the gradients of parameters in place, as `clipped` does: between `backward` and the optimiser's step.
 *
 * @param maximum the largest norm that stays as it is
 * @returns their joint norm before, a scalar; 0 where no parameter has a gradient
 * @throws InkgradError for no parameters, and a maximum that is no number ≥ 0
 * @category Optimisers
 * @example
 * import { backward, F, optim, Tensor } from 'inkgrad';
 *
 * const w = Tensor.from([30, 40]).trained();
 * backward(F.mul(F.sum(F.mul(w, w)), 0.5));
 * const norm = optim.clipGradNorm([w], 5);
 * const [first, second] = await w.grad.read();
 * console.log(await norm.item(), first.toFixed(3), second.toFixed(3));
 * // 50 3.000 4.000
 */
export function clipGradNorm(parameters: Parameters, maximum: number): Tensor {
  const all = tensorsOf('clipGradNorm', parameters);
  if (!(typeof maximum === 'number' && maximum >= 0))
    throw new InkgradError(`clipGradNorm: maximum is ${whatIs(maximum)}; expected a number ≥ 0`);
  const trained = all.filter(({ hasGrad }) => hasGrad);
  return scope(() => {
    if (trained.length === 0) return F.zeros(all[0].device, []);
    const { gradients, norm } = clipped(
      trained.map(({ grad }) => grad),
      maximum,
    );
    trained.forEach((parameter, i) => {
      parameter.grad.dispose();
      parameter.grad = keep(gradients[i]);
    });
    return norm;
  });
}
