import type { Tensor } from '../../device.ts';
import { InkgradError } from '../../errors.ts';
import { keep, scope } from '../../scope.ts';

/** Runs the body of a step. What it returns may belong to somebody else, so the step gets views of its own. */
export const outputsOf = (body: () => readonly Tensor[]): Tensor[] =>
  scope(() => scope(body).map((tensor) => tensor.detach())).map(keep);

export const disposedStep = () =>
  new InkgradError('capture: a step was run after dispose(); capture it again');
