import { InkgradError, whatIs } from '../errors.ts';
import { show } from '../shape.ts';
import { Tensor } from '../tensor.ts';

/** `model.parameters()`, or tensors in any order. */
export type Parameters = ReadonlyMap<string, Tensor> | Iterable<Tensor>;

const ADVICE = 'give it model.parameters()';

/** The tensors, each once: a layer that is used twice has its parameters once. */
export function tensorsOf(where: string, parameters: Parameters): Tensor[] {
  if (typeof parameters !== 'object' || parameters === null || !(Symbol.iterator in parameters))
    throw new InkgradError(`${where}: ${whatIs(parameters)} where parameters belong; ${ADVICE}`);
  const all = [
    ...new Set(parameters instanceof Map ? parameters.values() : (parameters as Iterable<Tensor>)),
  ];
  const odd = all.findIndex((each) => !(each instanceof Tensor));
  if (odd >= 0) throw new InkgradError(`${where}: parameter ${odd} is ${whatIs(all[odd])}; ${ADVICE}`);
  if (all.length === 0) throw new InkgradError(`${where}: no parameters; ${ADVICE}`);
  return all;
}

/** The same, refusing what cannot be trained, or not together. */
export function trainedOf(where: string, parameters: Parameters): Tensor[] {
  const all = tensorsOf(where, parameters);
  if (new Set(all.map(({ storage }) => storage)).size < all.length)
    throw new InkgradError(`${where}: two parameters share memory; give it one of them`);
  const still = all.findIndex(({ requiresGrad }) => !requiresGrad);
  if (still >= 0)
    throw new InkgradError(
      `${where}: parameter ${still}, ${show(all[still].shape)}, is not trained; call trained() on it, or leave it out`,
    );
  if (all.some(({ device }) => device !== all[0].device))
    throw new InkgradError(`${where}: parameters on two devices; give each device an optimizer of its own`);
  return all;
}
