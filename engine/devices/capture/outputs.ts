import type { Tensor } from '../../device.ts';
import { InkgradError, whatIs } from '../../errors.ts';
import { keep, scope } from '../../scope.ts';

/** Runs the body of a step. What it returns may belong to somebody else, so the step gets views of its own. */
export const outputsOf = (body: () => readonly Tensor[]): Tensor[] =>
  scope(() => expectTensors(scope(body)).map((tensor) => tensor.detach())).map(keep);

function expectTensors(returned: readonly Tensor[]): readonly Tensor[] {
  if (Array.isArray(returned)) return returned;
  throw new InkgradError(
    `capture: the step returned ${whatIs(returned)}; expected an array of tensors, [loss], or [] for none`,
  );
}

export const disposedStep = () =>
  new InkgradError('capture: a step was run after dispose(); capture it again');
