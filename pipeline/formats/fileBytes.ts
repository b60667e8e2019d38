import { whatIs } from '../../engine/errors.ts';
import { PipelineError } from '../faults.ts';

/**
 * The bytes of a file that a program hands over.
 *
 * @param where the function that was given them, as errors call it
 * @throws PipelineError `invalid-setting` for something else, such as the name of the file, or a promise
 */
export function fileBytes(where: string, bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  throw new PipelineError(`${where}: ${whatIs(bytes)}; ${adviceOn(bytes)}`, 'invalid-setting');
}

function adviceOn(given: unknown): string {
  if (given instanceof Promise) return 'await it';
  const hasBytes = typeof (given as Partial<Blob> | null | undefined)?.arrayBuffer === 'function';
  return hasBytes
    ? 'give its bytes, await response.arrayBuffer()'
    : 'expected the bytes of a file, a Uint8Array or an ArrayBuffer';
}
