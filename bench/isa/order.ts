/**
 * What keeps a shader from memory that is not its own: nothing; the GPU (`robustBufferAccess2` of Vulkan), as Dawn has it
 * where an adapter can; or a minimum for each index, as it has it elsewhere.
 */
export const guards = ['none', 'hardware', 'clamped'] as const;
export type Guard = (typeof guards)[number];

/** Storage buffers after a uniform block: those that are read, then those that are written. */
export interface Bindings {
  readonly reads: number;
  readonly writes: number;
}

/** A shader to be compiled, known by the name of its entry point. */
export interface Module {
  readonly entry: string;
  readonly shader: string;
  /** What it binds; null where that is what the shader itself says. */
  readonly bindings: Bindings | null;
}

/** What Dawn is asked for in a process of its own. */
export interface Order {
  /** To print SPIR-V on stdout; or to say how long it takes, for one pipeline after the other, or for all at once. */
  readonly task: 'dump' | 'time each' | 'time all';
  readonly guard: Guard;
  readonly modules: readonly Module[];
}

/** Milliseconds: of the processor for one after the other, of the clock for all at once. */
export type Times = readonly number[];
