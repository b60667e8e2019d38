/** What a device may be asked for by: apart from what opens it, so that help is there without the engine. */
export const deviceNames = ['auto', 'cpu', 'wasm', 'webgpu'] as const;
export type DeviceName = (typeof deviceNames)[number];

/**
 * `checked` is WebGPU as browsers have it. `fast` leaves out what guards against wrong programs: validation of calls, and
 * the clamping of every index in shaders. Our own tests run both, with the same numbers.
 */
export const profileNames = ['checked', 'fast'] as const;
export type DeviceProfile = (typeof profileNames)[number];
