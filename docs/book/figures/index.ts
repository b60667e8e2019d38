// The figures of the chapters: made by the engine, and kept in docs/images/book under these names.
// `node scripts/figures.mjs` draws them anew.
import { graph } from './graph.ts';
import { advice, loss } from './loss.ts';
import { memory } from './memory.ts';
import { pooling } from './pooling.ts';
import { product } from './product.ts';
import { relu } from './relu.ts';
import { seven } from './seven.ts';
import { softmax } from './softmax.ts';
import { stride } from './stride.ts';
import { window } from './window.ts';

/** What each is made by; a text of SVG, the same on every machine. */
export const figures: Readonly<Record<string, () => Promise<string>>> = {
  ...{ seven, memory },
  ...{ product, relu },
  graph,
  ...{ window, stride },
  ...{ pooling, softmax },
  ...{ loss, advice },
};
