import type { Override } from './launch.ts';

/** The ops that WebAssembly runs itself; all others run their CPU kernels on the same memory. */
export const overrides: Readonly<Record<string, Override<never>>> = {};
