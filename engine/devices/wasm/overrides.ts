import { classification } from './classification.ts';
import { convolutions } from './convolutions.ts';
import { direct } from './direct.ts';
import type { Override } from './launch.ts';
import { pooling } from './pooling.ts';
import { products } from './products.ts';
import { reductions } from './reductions.ts';
import { shapes } from './shapes.ts';
import { training } from './training.ts';

export type Overrides = Readonly<Record<string, Override<never>>>;

/** The ops that WebAssembly runs itself; all others run their CPU kernels on the same memory. */
export const overrides: Overrides = {
  ...products,
  ...convolutions,
  ...pooling,
  ...reductions,
  ...classification,
  ...shapes,
  ...training,
};

/** The same without Winograd's transforms, whose rounding is some ten times as large. */
export const withoutWinograd: Overrides = { ...overrides, ...direct };
