/** What is measured: square products, the kernels of the built-in models on their shapes, and those that models do without. */
import { InkgradError } from '../../engine/errors.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import type { Case } from './case.ts';
import { product } from './case.ts';
import { layoutCases } from './layoutCases.ts';
import { modelCases } from './modelCases.ts';
import { rowCases } from './rowCases.ts';
import { windowCases } from './windowCases.ts';

/** The models that are measured: what all engines are compared on. */
export const benchModels = ['lenet', 'cnn'] as const;

/** The sides of the square products. */
const SQUARES = [256, 512, 1024, 2048, 4096];

/** All cases for these batch sizes, in the order of the report. */
export const allCases = (batches: readonly number[]): Case[] => [
  ...SQUARES.map((side) =>
    product({ name: `matmul ${side}`, group: 'square products' }, [side, side, side], 'A·B'),
  ),
  ...benchModels.flatMap((model) => batches.flatMap((batch) => modelCases(builtInModels[model], batch))),
  ...batches.flatMap(windowCases),
  ...rowCases(),
  ...layoutCases(),
];

/**
 * The cases whose name holds a text, in any case.
 *
 * @throws InkgradError when there is none
 */
export function casesWith(text: string, batches: readonly number[]): Case[] {
  const all = allCases(batches);
  const found = all.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  if (found.length > 0) return found;
  const words = all.flatMap(({ name }) => name.replaceAll(/\d/g, '').split(/\s+/));
  const different = [...new Set(words)].filter((word) => word !== '');
  throw new InkgradError(
    `--only ${text}: no case with that in its name; its words are ${different.join(' ')}`,
  );
}
