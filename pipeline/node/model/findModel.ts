import { existsSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { builtInModels, type ModelSpec, parseModel } from '../../model/model.ts';
import { suggestion } from '../../text/nearest.ts';
import { visible } from '../../text/visible.ts';
import { readJson } from '../files/readJson.ts';

/**
 * A built-in model by its name, or a model from a JSON file.
 *
 * @throws InkgradError for an unknown name, or a file that is missing or is no model
 */
export function findModel(nameOrFile: string): ModelSpec {
  if (Object.hasOwn(builtInModels, nameOrFile)) return builtInModels[nameOrFile];
  const names = Object.keys(builtInModels);
  if (!existsSync(nameOrFile)) {
    throw new PipelineError(
      `\`model\` ${visible(nameOrFile)}: no such model or file${suggestion(nameOrFile, names) || `; use ${names.join(', ')} or a JSON file`}`,
      'missing',
    );
  }
  return parseModel(readJson(nameOrFile, 'expected {"name", "input", "layers"}'), nameOrFile);
}
