/** Square products in float32. */
import { product } from '../kernels/case.ts';
import type { KernelTimes } from './kernels.ts';
import { measureKernel } from './kernels.ts';
import type { Part } from './part.ts';
import { ceilingOf } from './part.ts';

export interface ProductsData {
  readonly products: KernelTimes[];
}

export const productsPart: Part<ProductsData> = async (context, data) => {
  await ceilingOf(context);
  for (const side of context.settings.squares) {
    const name = `${side}³`;
    if (context.left() < 0) {
      context.lacks(`${name}: the time was over`);
      continue;
    }
    context.say(name);
    const kase = product({ name, group: 'products' }, [side, side, side], 'A·B');
    data.products.push(await measureKernel(context, kase));
  }
};
