import { existsSync, readFileSync, statSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { builtInModels, type ModelSpec, parseModel } from '../../model/model.ts';
import { suggestion } from '../../text/nearest.ts';

/**
 * A built-in model by its name, or a model from a JSON file.
 *
 * @throws InkgradError for an unknown name, or a file that is missing or is no model
 */
export function findModel(nameOrFile: string): ModelSpec {
  if (Object.hasOwn(builtInModels, nameOrFile)) return builtInModels[nameOrFile];
  const names = Object.keys(builtInModels);
  if (!existsSync(nameOrFile) || !statSync(nameOrFile).isFile()) {
    throw new PipelineError(
      `\`model\` ${nameOrFile}: no such model or file${suggestion(nameOrFile, names) || `; use ${names.join(', ')} or a JSON file`}`,
      'missing',
    );
  }
  try {
    return parseModel(JSON.parse(withoutMark(readFileSync(nameOrFile, 'utf8'))), nameOrFile);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PipelineError(
      `${nameOrFile}: not JSON (${error.message.replaceAll(/\s+/g, ' ')}); expected {"name", "input", "layers"}`,
      'not-json',
    );
  }
}

/** Editors on Windows put a byte order mark in front of UTF-8. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');
