/**
 * An error that a person can act on: its message is one line that says what was wrong, where, and what to
 * do. The command line prints the message alone; anything else that is thrown is a bug and gets a stack trace.
 *
 * @category Errors
 * @example
 * import { InkgradError, Random } from 'inkgrad';
 *
 * try {
 *   new Random(-1);
 * } catch (error) {
 *   if (!(error instanceof InkgradError)) throw error;
 *   console.log(error.message);
 *   // Random: -1 as seed; expected a whole number from 0 to 2⁵³ − 1
 * }
 */
export class InkgradError extends Error {
  /** @internal */
  override name = 'InkgradError';

  /** @param code what kind of fault it is; all errors of `inkgrad/models`, `/vision`, `/train` and `/interchange` have one */
  constructor(
    message: string,
    /** What kind of fault it is, for programs: wording may change, codes stay. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/**
 * An op was given shapes, types or attributes that do not fit: `op: what was given; what is expected`.
 *
 * @category Errors
 * @example
 * import { F, ShapeError, Tensor } from 'inkgrad';
 *
 * try {
 *   F.matmul(Tensor.from([[1, 2]]), Tensor.from([[1, 2]]));
 * } catch (error) {
 *   if (!(error instanceof ShapeError)) throw error;
 *   console.log(error.message);
 *   // matmul: [1,2] · [1,2]; expected 2 rows on the right, got 1
 * }
 */
export class ShapeError extends InkgradError {
  /** @internal */
  override name = 'ShapeError';
}

/** A function that is made of others: what they refuse is refused in its name. */
export function named<F extends (...given: never[]) => unknown>(name: string, f: F): F {
  return ((...given: Parameters<F>) => {
    try {
      return f(...given);
    } catch (error) {
      throw error instanceof ShapeError ? new ShapeError(error.message.replace(/^\w+/, name)) : error;
    }
  }) as F;
}

/**
 * A GPU went away: the driver was reset, the adapter pulled, or memory ran out. Another device may still work. Its `code` is
 * `device-lost`.
 *
 * @category Errors
 * @example
 * import { DeviceLostError, F, openDevice, Tensor } from 'inkgrad';
 *
 * const device = await openDevice('cpu');
 * try {
 *   console.log(await F.sum(Tensor.from(device, [1, 2])).item());
 *   // 3
 * } catch (error) {
 *   if (!(error instanceof DeviceLostError)) throw error;
 *   // Open another device, and go on from what was saved.
 * }
 */
export class DeviceLostError extends InkgradError {
  constructor(message: string) {
    super(message, 'device-lost');
  }
}

/** What a value that does not belong somewhere is called in a message: `an array`, `a string`, `undefined`. */
export function whatIs(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return typeof value === 'number' ? String(value) : `a ${typeof value}`;
  if (Array.isArray(value)) return 'an array';
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if ('dtype' in value) return 'a tensor';
  if ('allocate' in value) return 'a device';
  return tag === 'Object' ? 'an object' : `${/^[AEIO]/.test(tag) ? 'an' : 'a'} ${tag}`;
}

/** What stands where a setting should, written out where it is a text or a list: `"3"`, `[1,-2]`, `a Map`. */
export const written = (value: unknown): string =>
  typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : whatIs(value);

/** What stands where a number, a shape or a device should: `"3"`, `undefined`, `a Map`. */
export function naming(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 20 ? `${value.slice(0, 20)}…` : value);
  return typeof value === 'boolean' ? `${value}` : whatIs(value);
}
