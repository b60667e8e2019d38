import { create, globals } from 'webgpu';

/**
 * Gives this process the `navigator` of a browser. Without a GPU it is there all the same: libraries ask it
 * for the name of the browser.
 */
export function provideNavigator(gpu) {
  const value = { userAgent: 'Node.js', hardwareConcurrency: 1, ...(gpu && { gpu }) };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
}

/** Makes `navigator.gpu` from Dawn, on the adapter that the system offers, and returns that adapter's name. */
export async function provideGpu() {
  Object.assign(globalThis, globals);
  provideNavigator(create([]));
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no WebGPU adapter found');
  const { vendor, architecture, device, description } = adapter.info;
  return [...new Set([vendor, architecture, description || device].filter(Boolean))].join(' ');
}
