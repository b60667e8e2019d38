/** What a browser may have to compute with, the fastest first. */
export const deviceKinds = ['webgpu', 'wasm', 'cpu'] as const;
export type DeviceKind = (typeof deviceKinds)[number];
