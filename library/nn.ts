/**
 * Layers, and what they are put together with.
 *
 * @module inkgrad/nn
 */

export * from '../engine/nn/index.ts';
