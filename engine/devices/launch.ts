/** What devices are asked to do: operands, and dispatches of shaders with their grids. */

import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { Traits } from './webgpu/traits.ts';

/** What is known of a tensor before it is computed. */
export interface Spec {
  /** The length of each axis. */
  readonly shape: Shape;
  /** The type of its numbers. */
  readonly dtype: DType;
}

/** An operand whose memory is a typed array: what CPU kernels work on. */
export interface View extends Spec {
  /** Its numbers, row-major. */
  readonly data: TypedArray;
}

/** Numbers for the fields of a uniform block, arrays and vectors as arrays. */
export type Params = Readonly<Record<string, number | readonly number[]>>;

/**
 * One dispatch of a WGSL entry point. Binding 0 is the uniform block of `params`; then follows what is read, then
 * what is written. Operands are numbered: the op's inputs, then its outputs, then its scratch memory.
 */
export interface Launch {
  /** The WGSL. */
  readonly shader: string;
  /** The name of its `@compute` function. */
  readonly entry: string;
  /** By the names of the shader's `struct Params`; negative numbers wrap around to what unsigned sums need. */
  readonly params: Params;
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
  /** In the order in which they run. */
  readonly launches: readonly Launch[];
  /** Floats of each scratch operand. */
  readonly scratch: readonly number[];
}

/** A kernel on typed arrays, which writes all of its outputs. */
export type CpuKernel<A> = {
  run(inputs: readonly View[], outputs: readonly View[], attrs: A): void;
}['run'];

/** A kernel as WGSL dispatches, chosen by what the device can do. */
export type GpuKernel<A> = {
  run(inputs: readonly Spec[], outputs: readonly Spec[], attrs: A, traits: Traits): readonly Launch[] | Work;
}['run'];

const bits = new DataView(new ArrayBuffer(4));

/** The 32 bits of a number in this type, as an unsigned word. */
export function bitsOf(value: number, dtype: DType = 'float32'): number {
  if (dtype === 'int32') return value >>> 0;
  bits.setFloat32(0, value);
  return bits.getUint32(0);
}

/** Threads of a workgroup in kernels that give each element a thread. */
export const WORKGROUP = 64;

const MAX_GROUPS = 65535;

/** The grid of `groups` workgroups: a second axis where the first would pass WebGPU's limit of 65,535. */
export function gridOf(groups: number): [number, number, number] {
  const rows = Math.max(1, Math.ceil(groups / MAX_GROUPS));
  return [Math.ceil(groups / rows), rows, 1];
}

/**
 * The grid for one thread per pixel of each plane: pixels along x, planes along y, and along z what passes the limit. Memory
 * holds no more than one of the two that do. A thread has pixel id.x + id.z·layerPixels of plane id.y + id.z·layerPlanes.
 */
export function planeGrid(
  planes: number,
  pixels: number,
): { grid: [number, number, number]; params: { layerPixels: number; layerPlanes: number } } {
  const [across, down] = gridOf(Math.ceil(pixels / WORKGROUP));
  if (down > 1)
    return { grid: [across, planes, down], params: { layerPixels: across * WORKGROUP, layerPlanes: 0 } };
  const [high, layers] = gridOf(planes);
  return { grid: [across, high, layers], params: { layerPixels: 0, layerPlanes: high } };
}

/** The grid for one thread per element. */
export const elementGrid = (count: number): [number, number, number] => gridOf(Math.ceil(count / WORKGROUP));
