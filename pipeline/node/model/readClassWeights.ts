import { existsSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { suggestion } from '../../text/nearest.ts';
import { type ClassWeights, isClassWeights } from '../../train/classWeights.ts';
import { readJson } from '../files/readJson.ts';

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
  if (!existsSync(path)) throw new PipelineError(`${path}: no such file; ${EXPECTED}`, 'missing');
  const json = readJson(path, EXPECTED);
  if (typeof json === 'object' && isClassWeights(json)) return json;
  throw new PipelineError(`${path}: ${EXPECTED}`, 'invalid-setting');
}
