// The builds of the kernels for pairs of vectors, which Node.js alone joins. In the package they are `#pairs`, of which
// package.json gives nothing to those who bundle for a browser.
export { default as wide } from '../../../wasm/build/wide.wasm';
export { default as wideRelaxed } from '../../../wasm/build/wide-relaxed.wasm';
