/** What a contraction computes, in words that other engines understand too; bench/peers/shaders.mjs asks them for it. */
import type { Case } from '../kernels/case.ts';

type Shape = readonly number[];

/** What is done to each sum before it is stored. */
interface Ending {
  readonly bias: boolean;
  readonly relu: boolean;
}

export type Problem = { readonly name: string } & (
  | { readonly kind: 'product'; readonly m: number; readonly n: number; readonly k: number }
  | ({
      readonly kind: 'linear forward' | 'linear input grad' | 'linear weight grad';
      readonly batch: number;
      readonly inputs: number;
      readonly outputs: number;
    } & Ending)
  | ({
      readonly kind: 'conv forward' | 'conv input grad' | 'conv weight grad';
      /** Images, filters and results with their channels first; each window moves by one. */
      readonly x: Shape;
      readonly w: Shape;
      readonly y: Shape;
      readonly pad: 'same' | 'valid';
    } & Ending)
);

/** The problem of a case; pooling that is fused to it is left out, since no other engine fuses it. */
export function problemOf({ name, kernel, inputs, outputs }: Case): Problem | null {
  const [first, second] = inputs.map(({ shape }) => shape);
  const [last] = outputs.map(({ shape }) => shape);
  const ending = { bias: / (bias|relu) /.test(name), relu: / relu /.test(name) };
  const conv = (kind: Extract<Problem, { x: Shape }>['kind'], x: Shape, w: Shape, y: Shape): Problem => ({
    ...{ name, kind, x, w, y, pad: x[2] === y[2] ? 'same' : 'valid' },
    ...ending,
  });
  switch (kernel) {
    case 'conv2d':
    case 'convRelu':
      return conv('conv forward', first, second, last);
    case 'conv2dInputGrad':
      return conv('conv input grad', last, second, first);
    case 'conv2dWeightGrad':
      return conv('conv weight grad', first, last, second);
    case 'linear':
      return linear('linear forward', first[0], first[1], second[0]);
    case 'matmul':
      if (name.startsWith('matmul')) {
        return { name, kind: 'product', m: last[0], n: last[1], k: first[1] };
      }
      if (name.endsWith('forward')) return linear('linear forward', first[0], first[1], second[0]);
      if (name.endsWith('input grad')) return linear('linear input grad', first[0], second[1], first[1]);
      return linear('linear weight grad', first[0], last[1], last[0]);
    default:
      return null;
  }
  function linear(
    kind: Extract<Problem, { batch: number }>['kind'],
    batch: number,
    inputs: number,
    outputs: number,
  ): Problem {
    return { ...{ name, kind, batch, inputs, outputs }, ...ending };
  }
}
