import type { DType, TypedArray } from './device.ts';
import type { WasmWork } from './devices/wasm/launch.ts';
import type { Traits } from './devices/webgpu/traits.ts';
import { ShapeError } from './errors.ts';
import type { Shape } from './shape.ts';
import { sameShape, show } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** The functions that gradients are written in. */
export type Functions = typeof import('./functional.ts');

export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** An operand whose memory is a typed array: what CPU kernels work on. */
export interface View extends Spec {
  readonly data: TypedArray;
}

/**
 * One dispatch of a WGSL entry point. Binding 0 is the uniform block of `params`; then follows what is read, then
 * what is written. Operands are numbered: the op's inputs, then its outputs, then its scratch memory.
 */
export interface Launch {
  readonly shader: string;
  readonly entry: string;
  /** The uniform block as 32-bit words, in the order of the shader's `struct Params`; floats through `word`. */
  readonly params: readonly number[];
  /** Workgroups along x, y and z. */
  readonly grid: readonly [number, number, number];
  /** The operands that are bound for reading; all inputs, in order, when left out. */
  readonly reads?: readonly number[];
  /** The operands that are bound for writing; all outputs, in order, when left out. */
  readonly writes?: readonly number[];
  /** Floating-point operations, for the profile; one for each element written when left out. */
  readonly flops?: number;
  /** Names the contraction that it is part of, for the tuner. */
  readonly key?: string;
  /** Says in a plan which of the op's launches this is, or how it was tiled. */
  readonly note?: string;
}

/** The dispatches of an op, with memory of its own between them: as many floats for each scratch operand. */
export interface Work {
  readonly launches: readonly Launch[];
  readonly scratch: readonly number[];
}

export interface GradientContext<A> {
  /** The functions to write the gradient in. */
  readonly F: Functions;
  /** dL/d(output), the first output's. */
  readonly g: Tensor;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: A;
  /** Which inputs need a gradient: work for the others can be left out. */
  readonly needs: readonly boolean[];
}

/** dL/d(input) for each input; null where there is none. */
export type Gradient<A> = { rule(context: GradientContext<A>): (Tensor | null)[] }['rule'];

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

/** What is known about an op apart from its kernels. A rule without kernels only changes the shape. */
export interface Rule<A extends object = object> {
  readonly name: string;
  /** The shape rule: what comes out for these inputs; throws a ShapeError for what does not fit. */
  infer(inputs: readonly Spec[], attrs: A): Spec[];
  /** The gradient, or why there is none. */
  readonly grad: Gradient<A> | { readonly none: string };
  readonly samples: readonly Sample<A>[];
}

/** An op: everything that is known about one kernel, in one place. */
export interface Op<A extends object = object> extends Rule<A> {
  /** The kernel in plain typed arrays. */
  cpu(inputs: readonly View[], outputs: readonly View[], attrs: A): void;
  /** The same kernel as WGSL dispatches, chosen by what the device can do. */
  gpu(inputs: readonly Spec[], outputs: readonly Spec[], attrs: A, traits: Traits): readonly Launch[] | Work;
  /** How the device `wasm` runs it, where devices/wasm/overrides.ts says nothing. */
  wasm?(inputs: readonly Spec[], outputs: readonly Spec[], attrs: A): WasmWork | null;
  /** For a fused op: what it must equal, in terms of other functions. Tests hold it to that. */
  composition?(context: Pick<GradientContext<A>, 'F' | 'inputs' | 'attrs'>): Tensor[];
  /**
   * For an op that lays its inputs side by side, with a launch for each: where each begins in the output. A captured
   * step then makes them there, instead of copying them.
   */
  sideBySide?(inputs: readonly Spec[]): number[];
  /** How many of the last inputs are updated in place: kernels get these as their outputs. */
  readonly inPlace?: number;
}

/** Ops without attributes take this. */
export type NoAttrs = Record<never, never>;

// ---- for shape rules -------------------------------------------------------------------------------------

/** Refuses int32 where numbers are computed with. */
export function expectFloat(op: string, ...specs: readonly Spec[]): void {
  for (const spec of specs) {
    if (spec.dtype === 'int32') {
      throw new ShapeError(`${op}: an int32 tensor of shape ${show(spec.shape)}; expected float`);
    }
  }
}

export function expectInt(op: string, spec: Spec): void {
  if (spec.dtype !== 'int32') {
    throw new ShapeError(`${op}: a ${spec.dtype} tensor of shape ${show(spec.shape)}; expected int32`);
  }
}

export function expectRank(op: string, what: string, spec: Spec, rank: number, layout: string): void {
  if (spec.shape.length !== rank) {
    throw new ShapeError(`${op}: ${what} of shape ${show(spec.shape)}; expected rank ${rank}, ${layout}`);
  }
}

export function expectShape(op: string, what: string, spec: Spec, shape: Shape): void {
  if (!sameShape(spec.shape, shape)) {
    throw new ShapeError(`${op}: ${what} of shape ${show(spec.shape)}; expected ${show(shape)}`);
  }
}

// ---- for launches ----------------------------------------------------------------------------------------

const bits = new DataView(new ArrayBuffer(4));

/** A float as the 32-bit word that a uniform block holds. */
export function word(value: number): number {
  bits.setFloat32(0, value);
  return bits.getUint32(0);
}

/** Eight words, two vec4<u32>: how shapes and strides stand in a uniform block. */
export const eight = (values: readonly number[]): number[] =>
  Array.from({ length: 8 }, (_, i) => values[i] ?? 0);

/** Threads of a workgroup in kernels that give each element a thread. */
export const WORKGROUP = 64;

const MAX_GROUPS = 65535;

/** The grid of `groups` workgroups: a second axis where the first would pass WebGPU's limit of 65,535. */
export function gridOf(groups: number): [number, number, number] {
  const rows = Math.max(1, Math.ceil(groups / MAX_GROUPS));
  return [Math.ceil(groups / rows), rows, 1];
}

/** The grid for one thread per pixel of each plane: planes along y, and z where they pass the limit. */
export function planeGrid(planes: number, pixels: number): [number, number, number] {
  const layers = Math.max(1, Math.ceil(planes / MAX_GROUPS));
  return [Math.ceil(pixels / WORKGROUP), Math.ceil(planes / layers), layers];
}

/** The grid for one thread per element. */
export const elementGrid = (count: number): [number, number, number] => gridOf(Math.ceil(count / WORKGROUP));
