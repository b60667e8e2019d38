import { whatIs } from '../../engine/errors.ts';
import { PipelineError } from '../faults.ts';

/**
 * The bytes of a file that a program was given as what it has.
 *
 * @param where the function that was given them, as errors call it
 */
export function bytesFrom(where: string, given: unknown): Uint8Array {
  if (given instanceof Uint8Array) return given;
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  throw new PipelineError(`${where}: got ${whatIs(given)}; ${adviceOn(given)}`, 'invalid-setting');
}

function adviceOn(given: unknown): string {
  if (given instanceof Promise) return 'await it first';
  const hasBytes = typeof (given as Partial<Blob> | null | undefined)?.arrayBuffer === 'function';
  return hasBytes
    ? 'give its bytes, await response.arrayBuffer()'
    : 'expected the bytes of a file, a Uint8Array or an ArrayBuffer';
}
