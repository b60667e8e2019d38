import { elementGrid } from '../../launch.ts';

const four = (of: (component: string) => string): string => `vec4<f32>(${[...'xyzw'].map(of).join(', ')})`;

/**
 * What a thread of an elementwise kernel handles: four neighbours as one vector where their number divides by four, else
 * one. Four at a time moves 2.3 times as many bytes per second on llvmpipe, and a GPU issues a quarter of the loads.
 *
 * @returns WGSL to put in front, with the type Item, and in how many threads `count` elements are done
 */
export function itemsOf(count: number): { readonly head: string; readonly items: number } {
  return count % 4 === 0
    ? { head: 'alias Item = vec4<f32>;\n', items: count / 4 }
    : { head: 'alias Item = f32;\n', items: count };
}

/** WGSL of `fn all(…) -> Item`, which applies a scalar function `f` with one or two Items and constants to each element. */
export function mapped(count: number, items: readonly string[], constants: readonly string[]): string {
  const parameters = [...items.map((name) => `${name}: Item`), ...constants.map((name) => `${name}: f32`)];
  const call = (component: string) =>
    `f(${[...items.map((name) => name + component), ...constants].join(', ')})`;
  const body = count % 4 === 0 ? four((component) => call(`.${component}`)) : call('');
  return `fn all(${parameters.join(', ')}) -> Item { return ${body}; }\n`;
}

/** The grid for one thread per Item. */
export const itemGrid = (count: number): [number, number, number] => elementGrid(itemsOf(count).items);
