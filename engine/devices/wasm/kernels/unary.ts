import { sizeOf } from '../../../shape.ts';
import { word } from '../../launch.ts';
import type { WasmKernel } from '../launch.ts';
import { cut, workOf } from '../parts.ts';

/** The constants of a function. */
interface Constants {
  readonly a: number;
  readonly b: number;
}

/** A kernel of wasm/unary.ts, and how much work an element is beside a sum of two floats. */
interface Row {
  readonly kernel: string | ((attrs: Constants) => string);
  readonly weight: number;
}

/** Powers that are an instruction or two. */
const powers: Record<number, string> = { 2: 'square', [-1]: 'reciprocal' };

const rows: Record<string, Row> = {
  neg: { kernel: 'neg', weight: 1 },
  affine: { kernel: 'affine', weight: 1 },
  exp: { kernel: 'exp', weight: 4 },
  log: { kernel: 'log', weight: 4 },
  sqrt: { kernel: 'sqrt', weight: 2 },
  power: { kernel: ({ a }) => powers[a] ?? 'power', weight: 16 },
  abs: { kernel: 'abs', weight: 1 },
  sign: { kernel: 'sign', weight: 1 },
  clamp: { kernel: 'clamp', weight: 1 },
  within: { kernel: 'within', weight: 1 },
  relu: { kernel: 'relu', weight: 1 },
  step: { kernel: 'step', weight: 1 },
  leakyRelu: { kernel: 'leakyRelu', weight: 1 },
  sigmoid: { kernel: 'sigmoid', weight: 4 },
  tanh: { kernel: 'tanh', weight: 4 },
  gelu: { kernel: 'gelu', weight: 8 },
  geluSlope: { kernel: 'geluSlope', weight: 8 },
  isZero: { kernel: 'isZero', weight: 1 },
};

const kernelOf =
  ({ kernel, weight }: Row): WasmKernel<Constants> =>
  ([x], _outputs, attrs) => {
    const length = sizeOf(x.shape);
    const { parts, piece } = cut(length, weight);
    const name = typeof kernel === 'string' ? kernel : kernel(attrs);
    const params = [length, piece, word(attrs.a), word(attrs.b)];
    return workOf({ kernel: name, parts, params });
  };

/** By the names of the ops. */
export const unary: Readonly<Record<string, WasmKernel<Constants>>> = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [name, kernelOf(row)]),
);
