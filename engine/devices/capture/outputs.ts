import type { Tensor } from '../../device.ts';
import { InkgradError, whatIs } from '../../errors.ts';
import { keep, scope } from '../../scope.ts';

/** Runs the body of a step. What it returns may belong to somebody else, so the step gets views of its own. */
export const outputsOf = (body: () => readonly Tensor[]): Tensor[] =>
  scope(() => expectOutputs(scope(body)).map((tensor) => tensor.detach())).map(keep);

function expectOutputs(returned: readonly Tensor[]): readonly Tensor[] {
  const odd = Array.isArray(returned) ? returned.findIndex((each) => each?.detach === undefined) : -1;
  if (Array.isArray(returned) && odd < 0) return returned;
  const said = odd < 0 ? whatIs(returned) : `${whatIs(returned[odd])} as output ${odd}`;
  throw new InkgradError(
    `capture: the step returned ${said}; expected an array of tensors, [loss], or [] for none`,
  );
}

export const disposedStep = () =>
  new InkgradError('capture: a step was run after dispose(); capture it again');
