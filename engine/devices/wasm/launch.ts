import type { Spec } from '../launch.ts';

/**
 * One run of a kernel of wasm/. It gets the addresses of what is read, then of what is written, then `params`.
 * Operands are numbered as in a launch on WebGPU: the op's inputs, then its outputs, then its scratch memory.
 */
export interface WasmLaunch {
  /** The name of an export of wasm/index.ts. */
  readonly kernel: string;
  /**
   * Into how many parts the work is cut, by its shape alone. Threads make them in any order, and each writes what no
   * other part reads or writes: so the bits do not depend on the number of threads.
   */
  readonly parts: number;
  /** 32-bit words; floats through `bitsOf`. */
  readonly params: readonly number[];
  /** The operands whose addresses come first; all inputs, in order, when left out. */
  readonly reads?: readonly number[];
  /** The operands whose addresses come next; all outputs, in order, when left out. */
  readonly writes?: readonly number[];
  /** Bytes of memory that a thread needs for itself while it makes a part; 0 when left out. */
  readonly ownBytes?: number;
  /** Floating-point operations, for the profile; one for each element written when left out. */
  readonly flops?: number;
  /** Says in a plan which of the op's launches this is. */
  readonly note?: string;
}

/** The launches of an op, with memory between them: as many floats for each scratch operand. */
export interface WasmWork {
  /** In the order in which they run. */
  readonly launches: readonly WasmLaunch[];
  /** Floats of each scratch operand. */
  readonly scratch: readonly number[];
}

/** What a device on WebAssembly can do, as far as kernels are chosen by it. */
export interface WasmTraits {
  /** Winograd's transforms for convolutions, whose rounding is some ten times as large. */
  readonly winograd: boolean;
}

/**
 * A kernel as launches of wasm/; null where these shapes are left to the kernel of the device `cpu`. Only float32 and
 * int32 occur.
 */
export type WasmKernel<A> = {
  run(inputs: readonly Spec[], outputs: readonly Spec[], attrs: A, traits: WasmTraits): WasmWork | null;
}['run'];
