import type { Plugin } from 'esbuild';

export const wgsl: Plugin;
