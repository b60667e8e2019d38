import type { Plugin } from 'esbuild';

export const wgsl: Plugin;
export const bareWgsl: Plugin;
