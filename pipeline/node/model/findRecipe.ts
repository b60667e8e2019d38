import { existsSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { parseRecipe } from '../../preprocess/parseRecipe.ts';
import { type Recipe, recipes } from '../../preprocess/recipe.ts';
import { suggestion } from '../../text/nearest.ts';
import { readJson } from '../files/readJson.ts';

/**
 * A recipe by its name, or from a JSON file.
 *
 * @throws InkgradError where there is neither, or the file cannot be read or holds no recipe
 */
export function findRecipe(nameOrPath: string): Recipe {
  if (Object.hasOwn(recipes, nameOrPath)) return recipes[nameOrPath as keyof typeof recipes];
  const names = Object.keys(recipes);
  const expected = `expected ${names.join(', ')} or a JSON file`;
  if (!nameOrPath.endsWith('.json')) {
    throw new PipelineError(`${nameOrPath}: ${expected}${suggestion(nameOrPath, names)}`, 'missing');
  }
  if (!existsSync(nameOrPath)) {
    throw new PipelineError(`${nameOrPath}: no such file; ${expected}`, 'missing');
  }
  return parseRecipe(readJson(nameOrPath, 'expected {"name", "size", "steps", "mean", "std"}'), nameOrPath);
}
