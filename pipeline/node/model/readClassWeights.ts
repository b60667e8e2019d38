import { readFileSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { suggestion } from '../../text/nearest.ts';
import { type ClassWeights, isClassWeights } from '../../train/classWeights.ts';

const EXPECTED = 'expected none, balanced, or a JSON file with a weight > 0 for each class, such as {"a": 2}';

/**
 * Weights of classes from a JSON file.
 *
 * @throws PipelineError where it cannot be read or holds none
 */
export function readClassWeights(path: string): ClassWeights {
  if (!path.endsWith('.json')) {
    throw new PipelineError(`${path}: ${EXPECTED}${suggestion(path, ['none', 'balanced'])}`, 'missing');
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new PipelineError(`${path}: no such file; ${EXPECTED}`, 'missing');
    throw new PipelineError(
      `${path}: cannot be read as JSON (${message.replaceAll(/\s+/g, ' ')}); mend it`,
      error instanceof SyntaxError ? 'not-json' : 'unreadable',
    );
  }
  if (typeof json === 'object' && isClassWeights(json)) return json;
  throw new PipelineError(`${path}: ${EXPECTED}`, 'invalid-setting');
}
