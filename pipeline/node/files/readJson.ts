import { isUtf8 } from 'node:buffer';
import { PipelineError } from '../../faults.ts';
import { JsonError, parseJson } from '../../text/json.ts';
import { visible } from '../../text/visible.ts';
import { readWhole } from './readWhole.ts';

/** The most bytes of a model, a recipe or a list of names. */
const MOST = 1_000_000;

/**
 * Reads a file of JSON that people write: a model, a recipe, names of classes.
 *
 * @param expected what belongs there, for errors
 * @throws PipelineError that begins with the path
 */
export function readJson(path: string, expected: string): unknown {
  const name = visible(path);
  const advice = 'give a file';
  const bytes = readWhole(path, {
    ...{ name, most: MOST, advice },
    tooLarge: `has more than ${MOST / 1e6} MB, too much for JSON; ${expected}`,
  });
  if (!isUtf8(bytes)) throw new PipelineError(`${name}: is not in UTF-8; ${expected}`, 'not-json');
  try {
    // Editors on Windows put a byte order mark in front of UTF-8, which the decoder passes over.
    return parseJson(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new PipelineError(`${name}: ${error.message}; ${expected}`, 'not-json');
  }
}
