import * as assert from 'uvu/assert';
import { relativeError } from '../../engine/check/samples.ts';
import { Random } from '../../engine/random.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';

/** Random numbers in (−1, 1) for a shape, rounded to float32: every device starts from the same. */
export function randomValues(shape: Shape, seed: number): Float64Array {
  const random = new Random(seed, 0x7e57);
  return Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(random.uniform(-1, 1)));
}

/** Expects as many numbers, off by no more than `tolerance` of the largest. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
  what = 'values',
): void {
  const error = relativeError(actual, expected);
  const head = (list: ArrayLike<number>) => Array.from(list).slice(0, 6).join(', ');
  assert.ok(
    error <= tolerance,
    `${what}: relative error ${error}, got ${actual.length} numbers [${head(actual)}…], ` +
      `expected ${expected.length} [${head(expected)}…]`,
  );
}

/** Expects an error of one line whose message is, or matches, the given one. Gives the error. */
export function assertThrows(action: () => unknown, message: string | RegExp): Error {
  try {
    action();
  } catch (error) {
    assert.instance(error, Error);
    const thrown = error as Error;
    if (typeof message === 'string') assert.is(thrown.message, message);
    else assert.match(thrown.message, message);
    assert.not.match(thrown.message, '\n');
    return thrown;
  }
  return assert.unreachable(`expected the error ${message}`) as never;
}
