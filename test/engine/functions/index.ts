import { elementwise } from './elementwise.ts';
import type { FunctionCases } from './functionCase.ts';
import { losses } from './losses.ts';
import { normalisation } from './normalisation.ts';
import { products } from './products.ts';
import { reductions } from './reductions.ts';
import { shapes } from './shapes.ts';
import { windows } from './windows.ts';

/** What is made of ops, by the name of the function. */
export const functions: FunctionCases = {
  ...elementwise,
  ...reductions,
  ...products,
  ...windows,
  ...losses,
  ...normalisation,
  ...shapes,
};
