// The figures of the chapters: made by the engine, and kept in docs/images/book under these names.
// `node scripts/figures.mjs` draws them anew.
import { byHand } from './byHand.ts';
import { descent } from './descent.ts';
import { gap } from './gap.ts';
import { graph } from './graph.ts';
import { lifetimes } from './lifetimes.ts';
import { advice, loss } from './loss.ts';
import { memory } from './memory.ts';
import { pooling } from './pooling.ts';
import { product } from './product.ts';
import { relu } from './relu.ts';
import { seven } from './seven.ts';
import { softmax } from './softmax.ts';
import { stride } from './stride.ts';
import { tiles } from './tiles.ts';
import { window } from './window.ts';
import { winograd } from './winograd.ts';

/** What each is made by; a text of SVG, the same on every machine. */
export const figures: Readonly<Record<string, () => Promise<string>>> = {
  ...{ seven, memory },
  ...{ product, relu },
  graph,
  ...{ window, stride },
  ...{ pooling, softmax },
  ...{ loss, advice },
  ...{ byHand, descent, gap },
  ...{ lifetimes, tiles, winograd },
};
