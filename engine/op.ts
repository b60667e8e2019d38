import type { CpuKernel, GpuKernel, Spec } from './devices/launch.ts';
import type { WasmKernel } from './devices/wasm/launch.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** The kernels of the devices: their names alone, so that what computes on one device carries none of another's. */
type GpuKernels = typeof import('./devices/webgpu/kernels/index.ts').gpuKernels;
type WasmKernels = typeof import('./devices/wasm/kernels/index.ts').wasmKernels;

/** The functions that all gradients are written in. */
export type Functions = typeof import('./functional/gradients.ts');

type AllFunctions = typeof import('./functional.ts');

/** Functions that gradients of some ops take beside those: asked for when one is worked out, and not before. */
export type MoreFunctions = () => Partial<AllFunctions>;

/** What a gradient is written with; `Takes` are the functions that it takes beside those that all do. */
export interface GradientContext<A, Takes extends keyof AllFunctions = never> {
  /** The functions to write the gradient in; a program's own op may import any others of `F`. */
  readonly F: Functions & Pick<AllFunctions, Takes>;
  /** dL/d(output), the first output's; zeros where L depends on others alone. */
  readonly g: Tensor;
  /** The same of each further output: null where L does not depend on it, or it is of indices. */
  readonly rest: readonly (Tensor | null)[];
  /** What the op was given. */
  readonly inputs: readonly Tensor[];
  /** What it gave. */
  readonly outputs: readonly Tensor[];
  /** Its settings. */
  readonly attrs: A;
  /** Which inputs need a gradient: work for the others can be left out. */
  readonly needs: readonly boolean[];
}

/** dL/d(input) for each input; null where there is none. */
export type Gradient<A, Takes extends keyof AllFunctions = never> = {
  rule(context: GradientContext<A, Takes>): (Tensor | null)[];
}['rule'];

/**
 * A sample input: a shape, as an array or as text such as '2,3', and in the text a word for its values. Without
 * one they are distinct and keep away from 0, where kinks are; 'positive' ones lie in (0, 2), 'unit' ones in
 * (0, 1), 'large' ones around 10,000; 'below 5' are int32 from 0 to 4, and 'words' any int32.
 */
export type SampleInput = Shape | string;

/** Inputs for the generated tests: forward and gradient, on every device, against float64. */
export interface Sample<A> {
  readonly inputs: readonly SampleInput[];
  readonly attrs: A;
}

/** An op, as devices and autograd know it: a program may have some of its own. */
export interface Op<A extends object = object, Takes extends keyof AllFunctions = never> {
  /** What errors and plans call it. */
  readonly name: string;
  /** The shape rule: what comes out for these inputs; throws a ShapeError for what does not fit. */
  infer(inputs: readonly Spec[], attrs: A): Spec[];
  /** The definition as plain loops, written to be read. In float64 it judges every kernel. */
  readonly define: CpuKernel<A>;
  /** The gradient, or why there is none. */
  readonly grad: Gradient<A, Takes> | { readonly none: string };
  /** What it takes, unless the functions that apply the op hand that along (`applyWith`). */
  readonly functions?: MoreFunctions;
  /** A faster way on typed arrays than the definition, where there is one. */
  readonly cpu?: CpuKernel<A>;
  /** The name of a kernel of the device `webgpu`, or a kernel of one's own; without one it does not run there. */
  readonly gpu?: keyof GpuKernels | GpuKernel<A>;
  /** The same for the device `wasm`; where there is none, it runs what `cpu` runs. */
  readonly wasm?: keyof WasmKernels | WasmKernel<A>;
  /** Whether its output is its first input under another shape: it shares the memory, and no device runs anything. */
  readonly isView?: boolean;
  /**
   * For an op that lays its inputs side by side, with a launch for each: where each begins in the output. A captured
   * step then makes them there, instead of copying them.
   */
  sideBySide?(inputs: readonly Spec[]): number[];
  /** How many of the last inputs are updated in place: kernels get these as their outputs. */
  readonly inPlace?: number;
}

/** An op of our list: all that is known about it, on one page, with what the generated tests need to hold it to that. */
export interface ListedOp<A extends object = object, Takes extends keyof AllFunctions = never>
  extends Op<A, Takes> {
  readonly gpu: keyof GpuKernels | GpuKernel<A>;
  readonly samples: readonly Sample<A>[];
  /** Sums many products: float32 is held to 1e-4 of float64 then, and to 1e-5 else. */
  readonly sums?: true;
  /** For a fused op: what it must equal, in terms of other functions. */
  composition?(context: Pick<GradientContext<A, keyof AllFunctions>, 'F' | 'inputs' | 'attrs'>): Tensor[];
}

/** Ops without attributes take this. */
export type NoAttrs = Record<never, never>;
