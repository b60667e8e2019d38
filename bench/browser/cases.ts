/** What engines do in a browser: jax-js's own benchmarks on its device `wasm`. */
import { InkgradError } from '../../engine/errors.ts';

export interface BrowserCase {
  readonly name: string;
  readonly form: 'product' | 'transposed' | 'conv';
  readonly shapes: readonly [readonly number[], readonly number[]];
}

/** https://github.com/ekzhang/jax-js/blob/main/bench/matmul-wasm.bench.ts */
const SIDES = [64, 128, 256, 512, 1024, 2048, 4096];

const product = (side: number, form: 'product' | 'transposed'): BrowserCase => ({
  name: `matmul ${side} ${form === 'product' ? 'A·B' : 'A·Bᵀ'}`,
  form,
  shapes: [
    [side, side],
    [side, side],
  ],
});

/** https://github.com/ekzhang/jax-js/blob/main/website/src/routes/bench/conv2d/strategies.ts */
const convolution: BrowserCase = {
  name: 'conv 64→128 3×3 256²',
  form: 'conv',
  shapes: [
    [1, 64, 256, 256],
    [128, 64, 3, 3],
  ],
};

export const allBrowserCases: readonly BrowserCase[] = [
  ...SIDES.map((side) => product(side, 'product')),
  ...SIDES.map((side) => product(side, 'transposed')),
  convolution,
];

/**
 * Those with a text in their name.
 *
 * @throws InkgradError when there is none
 */
export function browserCases(text: string): BrowserCase[] {
  const found = allBrowserCases.filter(({ name }) => name.includes(text));
  if (found.length > 0) return found;
  const names = allBrowserCases.map(({ name }) => name).join(', ');
  throw new InkgradError(`--only ${text}: no case with that in its name; there are ${names}`);
}
