// engine/devices/wasm/pairs.ts holds 230 KB of WebAssembly that no browser can use.

const pairs = /[\\/]pairs\.ts$/;

/** What package.json names `#pairs` where nothing can use them; the device does not ask for them there. */
export const none = 'export const wide = null;\nexport const wideRelaxed = null;\n';

/** In the library it is found by a name, which depends on who bundles: its `imports` in package.json. */
export const pairsByName = {
  name: 'pairs-by-name',
  setup({ onResolve }) {
    onResolve({ filter: pairs }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: '#pairs', external: true } : undefined,
    );
  },
};

/** A page has none. */
export const withoutPairs = {
  name: 'without-pairs',
  setup({ onLoad }) {
    onLoad({ filter: pairs }, () => ({ contents: none, loader: 'js' }));
  },
};
